/**
 * Data Streams: streams, shards, hash ranges, sequence numbers, iterators, retention and resharding.
 *
 * <p>{@link Streams} is the door. Behind it, each class tells one story: what is asked for is written into the catalog
 * and shown in a view held in memory ({@code StreamRegister}, {@code StreamDirectory}); a reconciler brings the log and
 * the catalog to that state, whatever happened before; puts and reads look only at the view and the log. Does not know
 * HTTP or files.
 */
@NullMarked
package io.millrace.streams;

import org.jspecify.annotations.NullMarked;
