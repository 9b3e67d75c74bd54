/**
 * How much a shard takes and gives per second, and how often an account may call.
 *
 * <p>Owns the buckets and the numbers they are filled by. Does not know what a record is, nor how a refusal is worded.
 */
@NullMarked
package io.millrace.streams.limits;

import org.jspecify.annotations.NullMarked;
