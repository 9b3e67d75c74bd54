/**
 * The way into a delivery stream: records of its own log, of a Kinesis stream, or of a Kafka topic, each read by
 * position, so that what was not delivered can be read again.
 */
@NullMarked
package io.millrace.firehose.source;

import org.jspecify.annotations.NullMarked;
