/**
 * Drives SubscribeToShard: registers consumers on a stream of its own, subscribes them over HTTP/1.1, puts numbered records
 * and checks that each subscriber is pushed each of them once and in order.
 *
 * <p>Stands on the JDK alone, as the load driver does. Measures from the put's first byte and from its answer to the moment
 * the record's event has been read.
 */
@NullMarked
package io.millrace.bench.push;

import org.jspecify.annotations.NullMarked;
