package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreamAddress;
import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.model.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;

@Timeout(60)
class ShardWorkTest {
    private static final Failure DOWN = new Failure("Test.Down", "not now", Remedy.RETRY);
    private static final long NO_MEMORY = 300;
    private static final long ENOUGH_MEMORY = 1 << 20;
    private static final Duration DAY = Duration.ofHours(24);

    @TempDir
    private Path folder;

    private final KeptShard shard = new KeptShard();

    private WorkPlace place(long memoryBytes) {
        return new WorkPlace(folder.resolve("scratch"), memoryBytes, stream(new Source.DirectPut(Optional.empty())));
    }

    static DeliveryStream stream(Source source) {
        var configuration = ExtendedS3DestinationConfiguration.builder().build();
        var revision = Revision.of(1, Instant.EPOCH, new DestinationConfiguration.S3(configuration));
        return new DeliveryStream(
                7,
                new DeliveryStreamAddress(new Namespace("000000000000", "us-east-1"), "logs"),
                source,
                Optional.empty(),
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(revision));
    }

    private void put(int count) {
        shard.put(count, 100, WorkPlace.BEGINNING, Duration.ZERO);
    }

    private static long low(WorkPlace place) {
        return place.environment.checkpoints().low(Node.PLACE).orElse(0L);
    }

    private static List<Long> upTo(long count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    void beginsAgainAtItsCheckpointWhenTheScratchFolderTakesNothing() throws Exception {
        var scratch = Files.createFile(folder.resolve("scratch"));
        try (var place = place(NO_MEMORY)) {
            // Each chunk is larger than the memory there is, and can't be read again as it was processed.
            place.processing = Route.Processing.REPEATABLE;
            place.buffering = new Buffering(5_000, Duration.ofHours(1));
            put(70);
            var work = place.begin(shard, Optional.empty());
            place.until(() -> place.problem().equals(Optional.of("Firehose.InternalError")));
            assertThat(place.shelf.objects()).isEmpty();
            assertThat(work.isOver()).isFalse();
            assertThat(low(place)).isZero();

            Files.delete(scratch);
            place.until(() -> low(place) >= 50);
            assertThat(work.flush(DAY)).isTrue();
            assertThat(place.shelf.offsets()).containsExactlyElementsOf(upTo(70));
        }
        assertThat(filesIn(folder.resolve("scratch"))).isZero();
    }

    private static long filesIn(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void formsABatchAnewUnderAnotherIdWhenItsFirstRecordsHaveExpired() throws Exception {
        try (var place = place(NO_MEMORY)) {
            var ids = new HashSet<String>();
            place.buffering = new Buffering(1_000, Duration.ZERO);
            place.shelf.says(batch -> {
                ids.add(batch.id().toString());
                return shard.oldest() == 0 ? new Attempt.Refused(DOWN) : new Attempt.Delivered();
            });
            put(10);
            place.begin(shard, Optional.empty());
            place.until(() -> place.shelf.attempts() > 2);

            shard.expire(4);
            place.until(() -> low(place) == 10);

            assertThat(place.shelf.offsets()).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
            assertThat(ids).hasSizeGreaterThan(1);
            assertThat(place.shelf.objects().keySet()).isSubsetOf(ids);
            assertThat(place.shelf.objects()).hasSize(1);
            assertThat(place.counted("LostRecords")).isEqualTo(4);
            assertThat(place.problem()).contains("Firehose.RecordsLost");
        }
    }

    @Test
    void endsWithItsSourceAndSaysWhatWasLost() throws Exception {
        try (var place = place(NO_MEMORY)) {
            var vanished = new CountDownLatch(1);
            place.buffering = new Buffering(1_000, Duration.ZERO);
            place.shelf.says(_ -> {
                vanished.countDown();
                return new Attempt.Refused(DOWN);
            });
            put(10);
            var work = place.begin(shard, Optional.empty());
            vanished.await();
            shard.vanish();
            place.shelf.says(_ -> new Attempt.Delivered());
            place.until(work::isOver);
            assertThat(place.environment.checkpoints().finished(7)).containsExactly(shard.id());
            assertThat(place.counted("LostRecords")).isEqualTo(10);
        }
    }

    @Test
    void deliversWhatItHasWhenItsSourceIsGone() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            place.buffering = new Buffering(10_000, Duration.ofHours(1));
            put(10);
            var work = place.begin(shard, Optional.empty());
            place.until(() ->
                    work.pending().filter(pending -> pending.bytes() == 1_000).isPresent());
            shard.vanish();
            place.until(work::isOver);
            assertThat(place.shelf.offsets()).containsExactlyElementsOf(upTo(10));
            assertThat(place.counted("LostRecords")).isZero();
        }
    }

    @Test
    void givesUpWhatIsOlderThanADayWhileTheDestinationIsDown() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            place.shelf.says(_ -> new Attempt.Refused(DOWN));
            // A record each minute, for two days.
            shard.put(2 * 24 * 60, 100, WorkPlace.BEGINNING, Duration.ofMinutes(1));
            place.begin(shard, Optional.of(DAY));
            place.until(() -> place.shelf.attempts() > 0);
            place.clock.advance(DAY);
            place.until(() -> place.shelf.attempts() > 10);
            assertThat(place.counted("LostRecords")).isZero();

            for (int i = 0; i < 24; i++) {
                place.clock.advance(Duration.ofHours(1));
                long expired = (i + 1) * 60L;
                place.until(() -> low(place) >= expired);
                // The log may be trimmed up to there: it never holds much more than a day.
                place.until(() -> shard.oldest() >= expired);
                assertThat(low(place)).isEqualTo(expired);
                assertThat(place.counted("LostRecords")).isEqualTo((double) expired);
            }
            assertThat(place.report.lostRecords()).isEqualTo(24 * 60);

            place.shelf.says(_ -> new Attempt.Delivered());
            place.until(() -> low(place) == 2 * 24 * 60);
            assertThat(place.shelf.offsets())
                    .containsExactlyElementsOf(
                            LongStream.range(24 * 60, 2 * 24 * 60).boxed().toList());
            assertThat(place.counted("LostRecords")).isEqualTo(24 * 60);
        }
    }

    @Test
    void triesForAnHourBeforeItGivesAnythingUpWhateverTheClockIsSetTo() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            place.shelf.says(_ -> new Attempt.Refused(DOWN));
            put(10);
            place.begin(shard, Optional.of(DAY));
            place.until(() -> place.shelf.attempts() > 0);
            place.setClockForward(DAY.multipliedBy(2));
            int before = place.shelf.attempts();
            place.until(() -> place.shelf.attempts() > before + 10);
            assertThat(place.counted("LostRecords")).isZero();

            place.clock.advance(Duration.ofHours(1));
            place.until(() -> low(place) == 10);
            assertThat(place.counted("LostRecords")).isEqualTo(10);
        }
    }

    @Test
    void deliversWhatWaitedForTheServerHoweverOldItIs() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            put(10);
            place.clock.advance(DAY.multipliedBy(3));
            place.begin(shard, Optional.of(DAY));
            place.clock.advance(Duration.ofHours(2));
            place.until(() -> low(place) == 10);
            assertThat(place.shelf.offsets()).hasSize(10);
            assertThat(place.counted("LostRecords")).isZero();
        }
    }

    @Test
    void flushesWhatWaitsForAFunctionToo() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            place.processing = Route.Processing.VARYING;
            place.pipeline = new Patient();
            place.buffering = new Buffering(10_000, Duration.ofHours(1));
            put(10);
            var work = place.begin(shard, Optional.empty());
            assertThat(work.flush(DAY)).isTrue();
            assertThat(place.shelf.offsets()).containsExactlyElementsOf(upTo(10));
        }
    }

    /** Has its chunks wait for as long as a function may ask for. */
    private record Patient() implements Pipeline {
        @Override
        public ChunkHints chunks() {
            return new ChunkHints(3 << 20, Duration.ofMinutes(15), 5);
        }

        @Override
        public List<Processed> process(List<SourceRecord> chunk) {
            return chunk.stream().map(record -> Node.ready(record, Map.of())).toList();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void goesOnAfterWhateverAnAttemptThrows() throws Exception {
        try (var place = place(ENOUGH_MEMORY)) {
            var attempts = new AtomicInteger();
            place.shelf.says(_ -> {
                if (attempts.incrementAndGet() < 4) {
                    throw new IllegalStateException("a bug");
                }
                return new Attempt.Delivered();
            });
            put(10);
            place.begin(shard, Optional.empty());
            place.until(() -> low(place) == 10);
            assertThat(place.report.retries()).isEqualTo(3);
            assertThat(place.problem()).contains("Firehose.InternalError");
        }
    }
}
