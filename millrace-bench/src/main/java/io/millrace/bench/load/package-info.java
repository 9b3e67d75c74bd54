/**
 * A load driver that works against any Kinesis endpoint: it creates a stream, drives it over HTTP/1.1 with requests made
 * beforehand, checks every answer and reports rates and latencies.
 *
 * <p>Owns its sockets, its two encodings and its clock, and stands on the JDK alone, so that it measures the server and
 * not a client library. Does not know Millrace: a peer is driven with the same bytes.
 */
@NullMarked
package io.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
