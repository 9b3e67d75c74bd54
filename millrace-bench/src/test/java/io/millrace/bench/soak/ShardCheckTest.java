package io.millrace.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardCheckTest {
    private static final long INCARNATION = 2;

    private final Findings findings = new Findings();
    private final List<Long> taken = new ArrayList<>();
    private final RecordSink sink = new RecordSink() {
        @Override
        public void take(int key, long number, Where where) {
            taken.add(number);
        }

        @Override
        public boolean isComplete() {
            return false;
        }
    };
    private final ShardCheck check = new ShardCheck(
            new SoakedStream("orders", "arn", INCARNATION, List.of(), new Ledger("orders", 1, 1, findings)),
            "shard",
            sink,
            findings);

    @Test
    void handsOnWholeRecordsOfTheStream() {
        assertThat(check.take(answer(
                        record("9", payload(INCARNATION, 0), "key-0"), record("10", payload(INCARNATION, 1), "key-0"))))
                .isEqualTo(2);

        assertThat(taken).containsExactly(0L, 1L);
        assertThat(findings.told()).isEmpty();
    }

    @Test
    void findsNumbersThatDoNotRise() {
        check.take(
                answer(record("10", payload(INCARNATION, 0), "key-0"), record("9", payload(INCARNATION, 1), "key-0")));

        assertThat(findings.told()).singleElement().asString().startsWith("the numbers of orders don't rise");
    }

    @Test
    void findsADamagedRecord() {
        var bytes = Base64.getDecoder().decode(payload(INCARNATION, 0));
        bytes[bytes.length - 1] ^= 1;

        check.take(answer(record("1", Base64.getEncoder().encodeToString(bytes), "key-0")));

        assertThat(findings.told()).singleElement().asString().contains("is damaged");
        assertThat(taken).isEmpty();
    }

    @Test
    void findsARecordOfADeletedStreamOfTheSameName() {
        check.take(answer(record("1", payload(INCARNATION - 1, 0), "key-0")));

        assertThat(findings.told()).singleElement().asString().contains("was put into another stream");
        assertThat(taken).isEmpty();
    }

    @Test
    void findsARecordWithAnotherKey() {
        check.take(answer(record("1", payload(INCARNATION, 0), "key-1")));

        assertThat(findings.told()).singleElement().asString().contains("has another partition key");
    }

    @Test
    void findsAContinuationBeforeTheLastRecord() {
        check.take(answer(record("10", payload(INCARNATION, 0), "key-0")));
        check.takeContinuation("10");
        assertThat(findings.told()).isEmpty();

        check.takeContinuation("9");

        assertThat(findings.told()).singleElement().asString().contains("may go on after 9, which is before 10");
    }

    private static String payload(long incarnation, long number) {
        return new Payload(incarnation, 0, number).base64(40, new SplittableRandom(1));
    }

    private static String record(String sequenceNumber, String data, String key) {
        return """
                {"SequenceNumber": "%s", "ApproximateArrivalTimestamp": 1.5E9, "Data": "%s", "PartitionKey": "%s"}""".formatted(sequenceNumber, data, key);
    }

    private static Json answer(String... records) {
        return Json.parse("{\"Records\": [" + String.join(",", records) + "], \"MillisBehindLatest\": 0}");
    }
}
