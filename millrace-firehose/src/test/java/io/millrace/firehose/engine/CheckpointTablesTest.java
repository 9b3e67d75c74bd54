package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.engine.Progress.Range;
import io.millrace.testkit.Seeds;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTablesTest {
    @TempDir
    private Path folder;

    /** The model of the crash tests and the tables must be one in what they remember. */
    @Test
    void rememberWhatTheModelRemembersAcrossRestarts() {
        Seeds.forEach(5, random -> {
            var file = folder.resolve(UUID.randomUUID() + ".db");
            var model = new KeptCheckpoints(new Power());
            for (int life = 0; life < 3; life++) {
                try (var catalog = SqliteCatalog.open(file)) {
                    catalog.migrate(CheckpointTables.MIGRATIONS);
                    var tables = new CheckpointTables(catalog);
                    for (int i = 0; i < 40; i++) {
                        long seed = random.nextLong();
                        step(tables, new SplittableRandom(seed));
                        step(model, new SplittableRandom(seed));
                        for (long stream = 0; stream < 2; stream++) {
                            assertThat(tables.finished(stream)).isEqualTo(model.finished(stream));
                            for (var shard : new String[] {"a", "b"}) {
                                var place = new Place(stream, shard);
                                assertThat(tables.load(place)).isEqualTo(model.load(place));
                                assertThat(tables.versionStarts(place)).isEqualTo(model.versionStarts(place));
                            }
                        }
                        assertThat(tables.streams()).isEqualTo(model.streams());
                    }
                }
            }
        });
    }

    private static void step(Checkpoints checkpoints, SplittableRandom random) {
        var place = new Place(random.nextInt(2), random.nextBoolean() ? "a" : "b");
        var group = "v1 " + random.nextInt(3);
        long offset = random.nextInt(100);
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> checkpoints.intend(place, group, intent(random, offset));
            case 3, 4, 5 -> checkpoints.done(place, group, ahead(random), random.nextInt(100));
            case 6, 7 -> checkpoints.advance(place, offset);
            case 8 -> {
                checkpoints.advance(place, offset);
                checkpoints.finish(place);
            }
            case 9, 10, 11 -> startVersion(checkpoints, place, random);
            default -> checkpoints.forget(place.streamId());
        }
    }

    /** As versions do, it begins at the start of the last one or after it. */
    private static void startVersion(Checkpoints checkpoints, Place place, SplittableRandom random) {
        var before = checkpoints.versionStarts(place);
        var last = before.isEmpty() ? new VersionStart(0, 0) : before.getLast();
        checkpoints.startVersion(
                place, new VersionStart(last.version() + random.nextInt(1, 3), last.fromOffset() + random.nextInt(30)));
    }

    private static Ahead ahead(SplittableRandom random) {
        var ahead = Ahead.NONE;
        for (int ranges = random.nextInt(3); ranges > 0; ranges--) {
            long from = random.nextInt(100);
            ahead = ahead.with(new Range(from, from + random.nextInt(50)));
        }
        return ahead;
    }

    private static Intent intent(SplittableRandom random, long upTo) {
        return new Intent(
                upTo,
                new UUID(random.nextLong(), random.nextLong()),
                random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong(1L << 50)),
                random.nextInt(5));
    }
}
