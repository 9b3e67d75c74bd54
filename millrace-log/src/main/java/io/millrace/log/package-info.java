/**
 * The shard log: bytes in, offsets out, nothing acknowledged before it is durable.
 *
 * <p>Owns segment files, their checksums, their recovery and their regrouping. Does not know what a stream, a partition
 * key's hash or AWS is.
 */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
