/**
 * Bytes to and from model objects: AWS JSON 1.1 and its CBOR twin.
 *
 * <p>Owns parsing, type checks, the encoding of replies, errors and event streams. {@link
 * io.millrace.wire.Codecs} is the door. Does not know sockets or headers, nor what an
 * operation means.
 */
@NullMarked
package io.millrace.wire;

import org.jspecify.annotations.NullMarked;
