/**
 * Shards: their hash ranges, their life from a split or merge to the next, and which of them a key belongs to.
 *
 * <p>All values here are immutable; a reshard makes a new {@link ShardMap}. Does not know how shards are stored or who
 * asks for them.
 */
@NullMarked
package io.millrace.streams.shard;

import org.jspecify.annotations.NullMarked;
