/**
 * Topics of Apache Kafka as sources of delivery streams, where AWS has MSK. Owns which partition is read from where; positions
 * are kept by the reader and shown to Kafka's tools as the offsets of a consumer group.
 */
@NullMarked
package io.millrace.firehose.kafka;

import org.jspecify.annotations.NullMarked;
