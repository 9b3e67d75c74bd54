package io.millrace.clients.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsSink;
import org.junit.jupiter.api.Test;

class SinkTest {
    private static final int COUNT = 5_000;

    private final Millrace millrace = Millrace.running();

    @Test
    void allThatAJobWritesIsInTheStream() throws Exception {
        try (var stream = TestStream.create(millrace, 3)) {
            var sink = KinesisStreamsSink.<String>builder()
                    .setStreamArn(stream.arn())
                    .setKinesisClientProperties(Connections.properties(millrace))
                    .setSerializationSchema(new SimpleStringSchema())
                    .setPartitionKeyGenerator(text -> text)
                    .setFailOnError(true)
                    .build();
            var flink = Cluster.environment();
            flink.fromSequence(0, COUNT - 1).map(number -> number.toString()).sinkTo(sink);
            Cluster.awaitEnd(Cluster.submit(flink));

            try (var job = Job.reading(Source.POLLING, millrace, stream)) {
                job.ledger().awaitFirst(COUNT);
                assertThat(job.ledger().entries()).hasSize(COUNT);
            }
        }
    }
}
