package io.millrace.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final int KEY = 0;

    private final Findings findings = new Findings();
    private final Ledger ledger = new Ledger("orders", 1, 2, findings);
    private final RecordSink first = ledger.reader(0);
    private final RecordSink second = ledger.reader(1);

    @Test
    void forgetsWhatWasAcknowledgedAndReadByAll() {
        long number = acknowledged();
        first.take(KEY, number, at(number));
        assertThat(ledger.unread()).isEqualTo(1);

        second.take(KEY, number, at(number));

        assertThat(ledger.unread()).isZero();
        assertThat(ledger.passed()).isEqualTo(1);
        assertNothingWrong();
    }

    @Test
    void isReadToItsEndWhenNothingMoreIsSentAndTheLastWasRead() {
        long number = acknowledged();
        first.take(KEY, number, at(number));
        assertThat(first.isComplete()).isFalse();

        ledger.close();

        assertThat(first.isComplete()).isTrue();
        assertThat(second.isComplete()).isFalse();
    }

    @Test
    void findsAnAcknowledgedRecordThatAReaderWasNotGiven() {
        acknowledged();
        long next = acknowledged();

        first.take(KEY, next, at(next));

        assertWrong("lost: reader 0 was not given record 0 of key-0 in orders");
    }

    @Test
    void findsARecordThatIsAcknowledgedAfterAReaderPassedItOver() {
        long number = ledger.send(KEY);
        long next = acknowledged();
        first.take(KEY, next, at(next));
        assertNothingWrong();

        ledger.acknowledge(KEY, number, at(number));

        assertWrong("lost: record 0 of key-0 in orders was acknowledged");
    }

    @Test
    void findsARecordThatComesTwice() {
        long number = acknowledged();
        first.take(KEY, number, at(number));

        first.take(KEY, number, at(number));

        assertWrong("twice or out of order: reader 0 was given record 0");
    }

    @Test
    void findsRecordsThatComeInTheWrongOrder() {
        long number = ledger.send(KEY);
        ledger.doubt(KEY, number);
        long next = acknowledged();
        first.take(KEY, next, at(next));

        first.take(KEY, number, at(number));

        assertWrong("twice or out of order: reader 0 was given record 0");
    }

    @Test
    void leavesOpenWhetherAnUnansweredRecordIsThere() {
        long absent = ledger.send(KEY);
        ledger.doubt(KEY, absent);
        long there = ledger.send(KEY);
        ledger.doubt(KEY, there);
        long last = acknowledged();

        for (var reader : new RecordSink[] {first, second}) {
            reader.take(KEY, there, at(there));
            reader.take(KEY, last, at(last));
        }

        assertNothingWrong();
        assertThat(ledger.unread()).isZero();
    }

    @Test
    void findsReadersThatDisagreeAboutAnUnansweredRecord() {
        long doubtful = ledger.send(KEY);
        ledger.doubt(KEY, doubtful);
        long last = acknowledged();
        first.take(KEY, doubtful, at(doubtful));

        second.take(KEY, last, at(last));

        assertWrong("reader 1 was not given record 0 of key-0 in orders, which another was given");
    }

    @Test
    void findsARecordThatIsThereForTheReaderThatComesLater() {
        long doubtful = ledger.send(KEY);
        ledger.doubt(KEY, doubtful);
        long last = acknowledged();
        first.take(KEY, last, at(last));

        second.take(KEY, doubtful, at(doubtful));

        assertWrong(
                "reader 1 was given record 0 of key-0 in orders at Where[shardId=shard, sequenceNumber=100], which");
    }

    @Test
    void findsARefusedRecordThatIsThere() {
        long number = ledger.send(KEY);
        ledger.refuse(KEY, number);

        first.take(KEY, number, at(number));

        assertWrong("record 0 of key-0 in orders was refused and is at");
    }

    @Test
    void findsARecordThatLiesElsewhereThanTheAnswerSaid() {
        long number = acknowledged();

        first.take(KEY, number, at(number + 1));

        assertWrong("record 0 of key-0 in orders is at Where[shardId=shard, sequenceNumber=101] and at");
    }

    @Test
    void findsARecordThatNobodySent() {
        first.take(KEY, 7, at(7));

        assertWrong("record 7 of key-0 in orders is at Where[shardId=shard, sequenceNumber=107] and was never sent");
    }

    @Test
    void letsWritersGoOnOnlyWhenReadersHaveCaughtUp() throws InterruptedException {
        long number = -1;
        while (ledger.awaitRoom(Duration.ofNanos(1))) {
            number = acknowledged();
            first.take(KEY, number, at(number));
        }
        for (long passed = 0; passed <= number; passed++) {
            second.take(KEY, passed, at(passed));
        }

        assertThat(ledger.awaitRoom(Duration.ofNanos(1))).isTrue();
        assertNothingWrong();
    }

    @Test
    void holdsASecondReadingToTheFirst() {
        for (int count = 0; count < 3; count++) {
            long number = acknowledged();
            first.take(KEY, number, at(number));
        }
        var same = new SecondReading("orders", ledger.digests(), findings);
        for (long number = 0; number < 3; number++) {
            assertThat(same.isComplete()).isFalse();
            same.take(KEY, number, at(number));
        }
        assertThat(same.isComplete()).isTrue();
        assertThat(same.count()).isEqualTo(3);
        assertNothingWrong();

        var other = new SecondReading("orders", ledger.digests(), findings);
        other.take(KEY, 0, at(0));
        other.take(KEY, 2, at(2));

        assertWrong("a second reading of orders found 2 records of key-0 up to number 2, the first 3 up to number 2");
    }

    private long acknowledged() {
        long number = ledger.send(KEY);
        ledger.acknowledge(KEY, number, at(number));
        return number;
    }

    private static Where at(long number) {
        return new Where("shard", Long.toString(100 + number));
    }

    private void assertNothingWrong() {
        assertThat(findings.told()).isEmpty();
    }

    private void assertWrong(String beginning) {
        assertThat(findings.told()).singleElement().asString().startsWith(beginning);
    }
}
