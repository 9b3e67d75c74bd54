/**
 * Shard iterators: the opaque, short-lived tokens a consumer trades for records.
 *
 * <p>Owns the token's layout and its five-minute life. Does not know where records are kept: a redeemed token is a
 * {@link ShardPosition}, and reading from there is the shard's work.
 */
@NullMarked
package io.millrace.streams.iterator;

import org.jspecify.annotations.NullMarked;
