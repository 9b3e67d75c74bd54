package io.millrace.clients.sdk1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.kinesis.AmazonKinesis;
import com.amazonaws.services.kinesis.model.AmazonKinesisException;
import com.amazonaws.services.kinesis.model.GetRecordsRequest;
import com.amazonaws.services.kinesis.model.GetRecordsResult;
import com.amazonaws.services.kinesis.model.GetShardIteratorRequest;
import com.amazonaws.services.kinesis.model.InvalidArgumentException;
import com.amazonaws.services.kinesis.model.PutRecordRequest;
import com.amazonaws.services.kinesis.model.PutRecordsRequest;
import com.amazonaws.services.kinesis.model.PutRecordsRequestEntry;
import com.amazonaws.services.kinesis.model.Record;
import com.amazonaws.services.kinesis.model.ResourceNotFoundException;
import com.amazonaws.services.kinesis.model.ShardIteratorType;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writing records and reading them back. */
class RecordsTest {
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";
    private static final int MIB = 1024 * 1024;
    /** With CBOR switched off this SDK sends timestamps in milliseconds where the service expects seconds, on AWS as well. */
    private static final boolean SENDS_TIMESTAMPS_AS_EXPECTED = !Boolean.getBoolean("com.amazonaws.sdk.disableCbor");

    private final Millrace millrace = Millrace.running();
    private final AmazonKinesis kinesis = Clients.plain();

    @Test
    void aRecordComesBackAsItWasPut() {
        try (var stream = TestStream.create(millrace, 1)) {
            var data = new byte[256];
            IntStream.range(0, data.length).forEach(index -> data[index] = (byte) index);
            var reply = kinesis.putRecord(stream.name(), ByteBuffer.wrap(data), "ключ-鍵-🔑");

            assertThat(reply.getShardId()).isEqualTo(FIRST);
            assertThat(reply.getEncryptionType()).isNull();
            assertThat(readAll(stream, FIRST)).singleElement().satisfies(record -> {
                assertThat(record.getData()).isEqualTo(ByteBuffer.wrap(data));
                assertThat(record.getPartitionKey()).isEqualTo("ключ-鍵-🔑");
                assertThat(record.getSequenceNumber()).isEqualTo(reply.getSequenceNumber());
                assertThat(record.getApproximateArrivalTimestamp())
                        .isCloseTo(
                                Date.from(Instant.now()), Duration.ofMinutes(1).toMillis());
            });
        }
    }

    @Test
    void aBatchKeepsItsOrderInEachShard() {
        try (var stream = TestStream.create(millrace, 2)) {
            var entries = IntStream.range(0, 500)
                    .mapToObj(number -> entry(Integer.toString(number), "key-" + number % 20))
                    .toList();
            var reply = kinesis.putRecords(
                    new PutRecordsRequest().withStreamName(stream.name()).withRecords(entries));
            assertThat(reply.getFailedRecordCount()).isZero();
            for (var shard : List.of(FIRST, SECOND)) {
                var expected = IntStream.range(0, 500)
                        .filter(number ->
                                reply.getRecords().get(number).getShardId().equals(shard))
                        .mapToObj(Integer::toString)
                        .toList();
                assertThat(expected).isNotEmpty();
                assertThat(texts(readAll(stream, shard))).isEqualTo(expected);
            }
        }
    }

    @Test
    void allFiveIteratorsStartWhereTheySay() {
        try (var stream = TestStream.create(millrace, 1)) {
            put(stream, "1");
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            var middle = put(stream, "2");
            var latest = iterator(stream, FIRST, ShardIteratorType.LATEST, request -> {});
            put(stream, "3");

            var everything = readAll(stream, FIRST);
            assertThat(texts(everything)).containsExactly("1", "2", "3");
            assertThat(texts(read(latest))).containsExactly("3");
            assertThat(texts(read(iterator(
                            stream,
                            FIRST,
                            ShardIteratorType.AT_SEQUENCE_NUMBER,
                            request -> request.setStartingSequenceNumber(middle)))))
                    .containsExactly("2", "3");
            assertThat(texts(read(iterator(
                            stream,
                            FIRST,
                            ShardIteratorType.AFTER_SEQUENCE_NUMBER,
                            request -> request.setStartingSequenceNumber(middle)))))
                    .containsExactly("3");
            var arrived = everything.get(1).getApproximateArrivalTimestamp();
            if (SENDS_TIMESTAMPS_AS_EXPECTED) {
                assertThat(texts(read(fromTime(stream, arrived)))).containsExactly("2", "3");
            } else {
                assertThatExceptionOfType(InvalidArgumentException.class)
                        .isThrownBy(() -> fromTime(stream, arrived))
                        .withMessageContaining("cannot be greater than the currentTimestampInMillis");
            }
        }
    }

    private String fromTime(TestStream stream, Date time) {
        return iterator(stream, FIRST, ShardIteratorType.AT_TIMESTAMP, request -> request.setTimestamp(time));
    }

    @Test
    void aSplitShardIsReadToItsEndAndNamesItsChildren() {
        try (var stream = TestStream.create(millrace, 1)) {
            put(stream, "before");
            stream.split(stream.shards().get(0));

            var page = pagesToTheEnd(iterator(stream, FIRST, ShardIteratorType.TRIM_HORIZON, request -> {}));
            assertThat(page.getNextShardIterator()).isNull();
            assertThat(page.getChildShards())
                    .extracting(child -> child.getShardId() + " of " + child.getParentShards())
                    .containsExactly(SECOND + " of [" + FIRST + "]", "shardId-000000000002 of [" + FIRST + "]");
        }
    }

    private GetRecordsResult pagesToTheEnd(String from) {
        var page = kinesis.getRecords(new GetRecordsRequest().withShardIterator(from));
        while (page.getNextShardIterator() != null) {
            page = kinesis.getRecords(new GetRecordsRequest().withShardIterator(page.getNextShardIterator()));
        }
        return page;
    }

    @Test
    void aRecordMayBeAsLargeAsTheLimitAndNoLarger() {
        try (var stream = TestStream.create(millrace, 1)) {
            var largest = ByteBuffer.allocate(MIB - 1);
            kinesis.putRecord(stream.name(), largest, "k");
            assertThat(readAll(stream, FIRST)).extracting(Record::getData).containsExactly(largest);
            assertThatExceptionOfType(AmazonKinesisException.class)
                    .isThrownBy(() -> kinesis.putRecord(stream.name(), ByteBuffer.allocate(MIB), "k"))
                    .withMessageContaining("Member must have length less than or equal to 1048576")
                    .satisfies(refusal -> assertThat(refusal.getErrorCode()).isEqualTo("ValidationException"));
        }
    }

    @Test
    void refusalsAreTheSdksOwnExceptions() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.putRecord("nowhere-at-all", ByteBuffer.allocate(1), "k"))
                .withMessageStartingWith("Stream nowhere-at-all under account " + Millrace.ACCOUNT + " not found.");
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> read("bm90IGFuIGl0ZXJhdG9y"))
                .withMessageStartingWith("Invalid ShardIterator.");
        try (var stream = TestStream.create(millrace, 1)) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> kinesis.putRecord(new PutRecordRequest()
                            .withStreamName(stream.name())
                            .withPartitionKey("k")
                            .withData(ByteBuffer.allocate(1))
                            .withExplicitHashKey("9".repeat(39))))
                    .withMessageStartingWith("Invalid ExplicitHashKey.");
        }
    }

    private String put(TestStream stream, String text) {
        return kinesis.putRecord(stream.name(), ByteBuffer.wrap(text.getBytes(UTF_8)), "key")
                .getSequenceNumber();
    }

    private static PutRecordsRequestEntry entry(String text, String key) {
        return new PutRecordsRequestEntry()
                .withData(ByteBuffer.wrap(text.getBytes(UTF_8)))
                .withPartitionKey(key);
    }

    private String iterator(
            TestStream stream, String shard, ShardIteratorType type, Consumer<GetShardIteratorRequest> position) {
        var request = new GetShardIteratorRequest()
                .withStreamName(stream.name())
                .withShardId(shard)
                .withShardIteratorType(type);
        position.accept(request);
        return kinesis.getShardIterator(request).getShardIterator();
    }

    private List<Record> readAll(TestStream stream, String shard) {
        return read(iterator(stream, shard, ShardIteratorType.TRIM_HORIZON, request -> {}));
    }

    /** All records from the iterator to the tip. */
    private List<Record> read(String from) {
        var records = new ArrayList<Record>();
        var page = kinesis.getRecords(new GetRecordsRequest().withShardIterator(from));
        while (!page.getRecords().isEmpty() || page.getMillisBehindLatest() > 0) {
            records.addAll(page.getRecords());
            page = kinesis.getRecords(new GetRecordsRequest().withShardIterator(page.getNextShardIterator()));
        }
        return records;
    }

    private static List<String> texts(List<Record> records) {
        return records.stream()
                .map(record -> UTF_8.decode(record.getData()).toString())
                .toList();
    }
}
