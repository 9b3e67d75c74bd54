package io.millrace.clients.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourcesTest {
    private static final int HALF = 500;

    private final Millrace millrace = Millrace.running();

    @ParameterizedTest
    @EnumSource
    void eachRecordIsReadOnceThroughASplitAndAMerge(Source source) throws Exception {
        try (var stream = TestStream.create(millrace, 2)) {
            stream.putNumbers(0, HALF);
            try (var job = Job.reading(source, millrace, stream)) {
                job.ledger().awaitFirst(HALF);
                var children = stream.split(stream.shards().get(0));
                stream.putNumbers(HALF, HALF);
                job.ledger().awaitFirst(2 * HALF);
                stream.merge(children.get(0), children.get(1));
                stream.putNumbers(2 * HALF, HALF);
                job.ledger().awaitFirst(3 * HALF);

                assertThat(job.ledger().repeated()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedJobGoesOnFromItsCheckpoint(Source source) throws Exception {
        try (var stream = TestStream.create(millrace, 2)) {
            stream.putNumbers(0, HALF);
            try (var job = Job.stumblingAt(HALF + 1, source, millrace, stream)) {
                job.ledger().awaitFirst(HALF);
                job.checkpoint();
                stream.putNumbers(HALF, HALF);
                job.ledger().awaitFirst(2 * HALF);

                assertThat(job.hasStumbled()).isTrue();
                assertThat(job.ledger().repeated().keySet()).allMatch(number -> number >= HALF);
            }
        }
    }
}
