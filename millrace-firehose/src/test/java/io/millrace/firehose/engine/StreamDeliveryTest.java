package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.processing.Pipeline;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.KinesisStreamSourceConfiguration;

@Timeout(60)
class StreamDeliveryTest {
    private static final Failure DOWN = new Failure("Test.Down", "not now", Remedy.RETRY);
    private static final Instant UPDATE = WorkPlace.BEGINNING.plusSeconds(3);
    private static final long ENOUGH_MEMORY = 1 << 20;

    @TempDir
    private Path folder;

    private final KeptShard shard = new KeptShard();

    private static DeliveryStream created() {
        return ShardWorkTest.stream(new Source.KinesisStream(
                KinesisStreamSourceConfiguration.builder().build(), Instant.EPOCH));
    }

    private static DeliveryStream updated() {
        var stream = created();
        var first = stream.current();
        return new DeliveryStream(
                stream.id(),
                stream.address(),
                stream.source(),
                stream.encryption(),
                stream.created(),
                UPDATE,
                List.of(first, Revision.of(2, UPDATE, first.destination())));
    }

    @Test
    void keepsAVersionUntilNothingBeforeTheUpdateWillBeReadAgain() {
        var lowsWhenTold = new CopyOnWriteArrayList<Long>();
        try (var place = new WorkPlace(folder.resolve("scratch"), ENOUGH_MEMORY, updated())) {
            place.clock.advance(Duration.ofSeconds(10));
            place.shelf.says(_ -> new Attempt.Refused(DOWN));
            shard.put(5, 10, WorkPlace.BEGINNING, Duration.ofSeconds(1));
            var source = new ShardsOnCommand(shard);
            source.hideChild(true);
            var delivery = new StreamDelivery(
                    place.environment,
                    updated(),
                    source,
                    Instant.EPOCH,
                    (_, revision) -> place.route(revision.version()),
                    version -> {
                        assertThat(version).isEqualTo(2);
                        lowsWhenTold.add(
                                place.environment.checkpoints().low(Node.PLACE).orElse(0L));
                    },
                    place.report);

            delivery.tick();
            delivery.start();
            until(delivery, () -> place.problem().equals(Optional.of("Source.Unavailable")));
            source.comeBack();
            until(delivery, () -> place.shelf.attempts() > 2);
            assertThat(lowsWhenTold).isEmpty();

            place.shelf.says(_ -> new Attempt.Delivered());
            until(delivery, () -> {
                // Two lanes may settle at once, each with the other's records before it: then the mark follows with
                // time.
                place.clock.advance(Duration.ofSeconds(1));
                return place.environment.checkpoints().low(Node.PLACE).equals(Optional.of(5L));
            });
            source.hideChild(true);
            until(delivery, () -> source.answers() > 3);
            assertThat(lowsWhenTold).isEmpty();

            source.hideChild(false);
            until(delivery, () -> !lowsWhenTold.isEmpty());
            assertThat(lowsWhenTold).containsExactly(5L);
            delivery.stop();
            delivery.awaitEnd();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsReadAfterAnUpdateGoesByItHoweverOldItsTimesAre() throws Exception {
        var went = new ConcurrentSkipListMap<Long, String>();
        var oldestVersions = new CopyOnWriteArrayList<Integer>();
        try (var place = new WorkPlace(folder.resolve("scratch"), ENOUGH_MEMORY, created())) {
            place.clock.advance(Duration.ofSeconds(10));
            place.shelf.says(batch -> {
                try (var records = batch.records()) {
                    while (records.hasNext()) {
                        went.put(
                                records.next().position().offset(),
                                batch.stream().version());
                    }
                }
                return new Attempt.Delivered();
            });
            shard.tellsNoArrival();
            shard.put(3, 10, Instant.EPOCH, Duration.ZERO);
            var source = new ShardsOnCommand(shard);
            source.comeBack();
            var delivery = new StreamDelivery(
                    place.environment,
                    created(),
                    source,
                    Instant.EPOCH,
                    (_, revision) -> place.route(revision.version()),
                    oldestVersions::add,
                    place.report);
            delivery.start();
            until(delivery, () -> went.size() == 3);

            delivery.updated(updated());
            shard.put(2, 10, Instant.EPOCH, Duration.ZERO);
            until(delivery, () -> went.size() == 5 && oldestVersions.contains(2));

            assertThat(went).isEqualTo(Map.of(0L, "1", 1L, "1", 2L, "1", 3L, "2", 4L, "2"));
            delivery.stop();
            delivery.awaitEnd();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // others have to get on
    private static void until(StreamDelivery delivery, BooleanSupplier so) {
        while (!so.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("not so in time");
            }
            delivery.tick();
            Thread.yield();
        }
    }

    /** A function that never answers. */
    private static final class Silent implements Pipeline {
        final CountDownLatch called = new CountDownLatch(1);
        final AtomicBoolean brokenOff = new AtomicBoolean();

        @Override
        public ChunkHints chunks() {
            return new ChunkHints(1 << 20, Duration.ZERO, 1);
        }

        @Override
        public List<Processed> process(List<SourceRecord> chunk) throws InterruptedException {
            called.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                brokenOff.set(true);
                throw e;
            }
            return List.of();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Test
    void breaksOffTheCallOfAFunctionWhenItStops() throws Exception {
        var silent = new Silent();
        try (var place = new WorkPlace(folder.resolve("scratch"), ENOUGH_MEMORY, updated())) {
            place.processing = Route.Processing.VARYING;
            place.pipeline = silent;
            shard.put(5, 10, WorkPlace.BEGINNING, Duration.ZERO);
            var work = place.begin(shard, Optional.empty());
            silent.called.await();

            work.stop();
            place.until(() -> work.isOver() && silent.brokenOff.get());
        }
    }

    @Test
    void holdsNothingWhenItHasStopped() throws Exception {
        try (var place = new WorkPlace(folder.resolve("scratch"), 2_000, updated())) {
            place.processing = Route.Processing.REPEATABLE;
            place.buffering = new Buffering(500, Duration.ZERO);
            place.shelf.says(_ -> new Attempt.Refused(DOWN));
            shard.put(100, 100, WorkPlace.BEGINNING, Duration.ZERO);
            var work = place.begin(shard, Optional.empty());
            place.until(() -> place.shelf.attempts() > 2);
            assertThat(folder.resolve("scratch")).isNotEmptyDirectory();

            work.stop();
            place.until(work::isOver);
            assertThat(place.environment.scratch().memory().usedBytes()).isZero();
            assertThat(folder.resolve("scratch")).isEmptyDirectory();
        }
    }
}
