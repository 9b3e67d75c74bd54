/**
 * How much a shard takes and gives per second.
 *
 * <p>Owns the numbers and the buckets that keep to them; who limits something else, calls for example, brings numbers of
 * its own. Does not know what a record is, nor how a refusal is worded.
 */
@NullMarked
package io.millrace.streams.limits;

import org.jspecify.annotations.NullMarked;
