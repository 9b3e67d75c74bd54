package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.TestBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorGroupTest {
    private static final Destination WITHOUT_PREFIXES = new Refusing(Optional.empty());
    /** Has a prefix for records that begin with a capital: the capital. */
    private static final Destination BY_CAPITALS = new Refusing(Optional.of(record ->
            Optional.of(text(record).substring(0, 1)).filter(first -> Character.isUpperCase(first.charAt(0)))));

    private record Refusing(Optional<ErrorPrefixes> errorPrefixes) implements Destination {
        @Override
        public String name() {
            return "Test";
        }

        @Override
        public String errorOutputType() {
            return "test-failed";
        }

        @Override
        public Duration retryDuration() {
            return Duration.ZERO;
        }

        @Override
        public Attempt attempt(Batch batch) {
            throw new AssertionError("only what it says of errors is asked for");
        }

        @Override
        public void close() {}
    }

    private static String text(DeliveryRecord record) {
        return new String(record.data(), StandardCharsets.UTF_8);
    }

    private static List<String> texts(ErrorGroup group) {
        var texts = new ArrayList<String>();
        try (var records = group.records().records()) {
            while (records.hasNext()) {
                texts.add(text(records.next()));
            }
        }
        return texts;
    }

    private static List<ErrorGroup> groups(TestBatch batch) {
        return ErrorGroup.of(BY_CAPITALS, batch, ErrorGroupTest::refused);
    }

    private static Undelivered refused(DeliveryRecord record) {
        return new Undelivered(record, new Failure("c", "m", Failure.Remedy.GIVE_UP), Map.of());
    }

    @Test
    void aBatchIsNotReadWhereNoRecordCanHaveAPrefix() {
        var batch = TestBatch.of("A1", "b");
        var unread = new MappedBatch(batch.id(), batch, _ -> {
            throw new AssertionError("it is read once more");
        });

        assertThat(ErrorGroup.of(WITHOUT_PREFIXES, unread, ErrorGroupTest::refused))
                .containsExactly(new ErrorGroup(Optional.empty(), unread));
    }

    @Test
    void recordsOfOnePrefixStayTheBatchTheyWere() {
        var batch = TestBatch.of("a", "b");

        assertThat(groups(batch)).containsExactly(new ErrorGroup(Optional.empty(), batch));
        assertThat(groups(TestBatch.of("A1", "A2")))
                .singleElement()
                .satisfies(group -> assertThat(group.prefix()).contains("A"));
    }

    @Test
    void recordsOfSeveralPrefixesArePartedInTheirOrder() {
        var groups = groups(TestBatch.of("A1", "b", "C1", "A2", "d"));

        assertThat(groups)
                .extracting(ErrorGroup::prefix)
                .containsExactly(Optional.of("A"), Optional.empty(), Optional.of("C"));
        assertThat(groups)
                .extracting(ErrorGroupTest::texts)
                .containsExactly(List.of("A1", "A2"), List.of("b", "d"), List.of("C1"));
        assertThat(groups).extracting(group -> group.word("failed")).doesNotHaveDuplicates();
    }
}
