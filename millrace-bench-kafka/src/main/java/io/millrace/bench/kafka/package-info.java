/**
 * Drives Apache Kafka as the load driver drives Kinesis: the same records from the same seed, as many at a time on as many
 * connections, every acknowledgement awaited, every record read back compared. Kafka's own clients do the talking, since its
 * protocol has no other.
 */
@NullMarked
package io.millrace.bench.kafka;

import org.jspecify.annotations.NullMarked;
