package io.millrace.clients.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

class SourceTest {
    private static final int PART = 500;

    private final Millrace millrace = Millrace.running();

    @TempDir
    private Path folder;

    @Test
    void eachRecordIsReadThroughASplitAndAMerge() throws Exception {
        try (var stream = TestStream.create(millrace, 2)) {
            stream.putNumbers(0, PART);
            try (var query = Query.following(millrace, stream, folder)) {
                query.ledger().awaitFirst(PART);
                var children = stream.split(stream.shards().get(0));
                stream.putNumbers(PART, PART);
                query.ledger().awaitFirst(2 * PART);
                stream.merge(children.get(0), children.get(1));
                stream.putNumbers(2 * PART, PART);
                // The connector may read a shard's records again that was split while a batch was under way.
                query.ledger().awaitFirst(3 * PART);
            }
        }
    }

    @Test
    void aQueryGoesOnAfterItsCheckpoint() throws Exception {
        try (var stream = TestStream.create(millrace, 2)) {
            stream.putNumbers(0, PART);
            var first = Query.read(millrace, stream, folder);
            stream.putNumbers(PART, PART);
            var second = Query.read(millrace, stream, folder);

            assertThat(numbers(first)).isEqualTo(range(0, PART));
            assertThat(numbers(second)).isEqualTo(range(PART, 2 * PART));
        }
    }

    @Test
    void aRowTellsAllThatIsKnownOfItsRecord() throws Exception {
        try (var stream = TestStream.create(millrace, 1)) {
            var put = stream.client()
                    .putRecord(request -> request.streamName(stream.name())
                            .partitionKey("été")
                            .data(SdkBytes.fromUtf8String("42")));

            var row = Query.read(millrace, stream, folder).get(0);

            assertThat(Query.numberOf(row)).isEqualTo(42);
            assertThat(row.<String>getAs("streamName")).isEqualTo(stream.name());
            assertThat(row.<String>getAs("partitionKey")).isEqualTo("été");
            assertThat(row.<String>getAs("sequenceNumber")).isEqualTo(put.sequenceNumber());
        }
    }

    @Test
    void aggregatedRecordsAreTakenApart() throws Exception {
        try (var stream = TestStream.create(millrace, 1)) {
            stream.putAggregated(0, PART);

            assertThat(numbers(Query.read(millrace, stream, folder))).isEqualTo(range(0, PART));
        }
    }

    private static List<Integer> numbers(List<Row> rows) {
        return rows.stream().map(Query::numberOf).sorted().toList();
    }

    private static List<Integer> range(int first, int end) {
        return IntStream.range(first, end).boxed().toList();
    }
}
