package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

class TailCommandTest {
    private final CommandRun run = new CommandRun();
    private final FakeKinesis kinesis = run.kinesis.withStream("orders", 3);

    @Test
    void showsEverythingFromTheTrimHorizon() {
        IntStream.range(0, 50).forEach(i -> kinesis.put("orders", "key-" + i, "data-" + i));

        var result = run.run("tail", "orders", "--from", "trim-horizon", "--format", "raw", "--until-idle", "2s");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "data-" + i).toList());
    }

    @Test
    void showsOnlyWhatIsNewWhenNothingElseIsAsked() {
        kinesis.put("orders", "a", "old");
        run.whileAsleep.add(() -> kinesis.put("orders", "a", "new"));

        assertThat(run.run("tail", "orders", "--format", "raw", "--until-idle", "3s")
                        .out())
                .isEqualTo("new\n");
    }

    @Test
    void beginsAtATimestamp() {
        kinesis.put("orders", "a", "before");
        run.clock.advance(Duration.ofHours(1));
        kinesis.put("orders", "a", "after");

        assertThat(run.run("tail", "orders", "--timestamp", "-10m", "--format", "raw", "--limit", "1")
                        .out())
                .isEqualTo("after\n");
    }

    @Test
    void showsARecordAsOneJsonObjectALine() {
        kinesis.put("orders", "caf\u00e9", "{\"total\": 3}\n");

        assertThat(run.run("tail", "orders", "--from", "trim-horizon", "--format", "json", "--limit", "1")
                        .out())
                .isEqualTo("{\"shardId\":\"%s\",\"sequenceNumber\":\"495%053d\",".formatted(shardOf("caf\u00e9"), 0)
                        + "\"approximateArrivalTimestamp\":\"2030-01-01T00:00:00Z\",\"partitionKey\":\"caf\u00e9\","
                        + "\"data\":\"{\\\"total\\\": 3}\\n\"}\n");
    }

    @Test
    void showsDataThatIsNotTextAsBase64() {
        putBytes(new byte[] {(byte) 0xff, 0, 1});

        assertThat(run.run("tail", "orders", "--from", "trim-horizon", "--format", "json", "--limit", "1")
                        .out())
                .contains("\"dataBase64\":\"/wAB\"")
                .doesNotContain("\"data\":");
    }

    @Test
    void alignsATableAndLetsNoRecordMoveTheCursor() {
        kinesis.put("orders", "a-rather-long-partition-key", "red \u001b[31m" + "x".repeat(200));
        putBytes(new byte[] {(byte) 0xff});

        var lines = run.run("tail", "orders", "--from", "trim-horizon", "--format", "table", "--limit", "2")
                .out()
                .lines()
                .sorted()
                .toList();

        int column = lines.getLast().indexOf("DATA");
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line.charAt(column - 1)).isEqualTo(' '));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .contains("2030-01-01T00:00:00.000Z", "a-rather-long-p\u2026", "red \u00b7[31mxxx")
                        .endsWith("x\u2026"));
        assertThat(lines).anySatisfy(line -> assertThat(line).endsWith("(1 byte, not text)"));
    }

    @Test
    void endsAfterTheLimit() {
        IntStream.range(0, 50).forEach(i -> kinesis.put("orders", "key-" + i, "data-" + i));

        assertThat(run.run("tail", "orders", "--from", "trim-horizon", "--format", "raw", "--limit", "7")
                        .out()
                        .lines())
                .hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shardId-000000000001", "1"})
    void readsOneShardOnlyToItsEnd(String shard) {
        IntStream.range(0, 50).forEach(i -> kinesis.put("orders", "key-" + i, "data-" + i));
        kinesis.split("orders", kinesis.shardsOf("orders").get(1));
        kinesis.put("orders", "later", "later");

        var result = run.run("tail", "orders", "--from", "trim-horizon", "--format", "raw", "--shard", shard);

        assertThat(result.out().lines())
                .containsExactlyElementsOf(kinesis.shardsOf("orders").get(1).records.stream()
                        .map(record -> record.data().asUtf8String())
                        .toList());
        assertThat(result.err()).contains("read to their end");
    }

    @Test
    void followsChildrenOfAShardThatClosesWhileItIsRead() {
        run.whileAsleep.add(() -> {
            kinesis.put("orders", "a", "before");
            kinesis.shardsOf("orders").stream().toList().forEach(shard -> kinesis.split("orders", shard));
            kinesis.put("orders", "a", "after");
        });

        assertThat(run.run("tail", "orders", "--format", "raw", "--until-idle", "5s")
                        .out())
                .isEqualTo("before\nafter\n");
    }

    @Test
    void findsChildrenOnAServerThatDoesNotNameThem() {
        kinesis.namesChildren = false;
        run.whileAsleep.add(() -> {
            kinesis.split("orders", kinesis.shardsOf("orders").getFirst());
            IntStream.range(0, 20).forEach(i -> kinesis.put("orders", "key-" + i, "data-" + i));
        });

        assertThat(run.run("tail", "orders", "--format", "raw", "--until-idle", "5s")
                        .out()
                        .lines())
                .hasSize(20);
    }

    @Test
    void leavesClosedShardsAloneWhenItBeginsWithTheLatest() {
        kinesis.put("orders", "a", "old");
        kinesis.shardsOf("orders").stream().toList().forEach(shard -> kinesis.split("orders", shard));
        kinesis.put("orders", "a", "old too");
        run.whileAsleep.add(() -> kinesis.put("orders", "a", "new"));

        assertThat(run.run("tail", "orders", "--format", "raw", "--until-idle", "3s")
                        .out())
                .isEqualTo("new\n");
    }

    @Test
    void goesOnWhereItWasWhenAnIteratorHasExpired() {
        kinesis.put("orders", "a", "one");
        run.whileAsleep.add(() -> {
            kinesis.put("orders", "a", "two");
            run.clock.advance(Duration.ofMinutes(6));
        });

        assertThat(run.run("tail", "orders", "--from", "trim-horizon", "--format", "raw", "--until-idle", "3s")
                        .out())
                .isEqualTo("one\ntwo\n");
    }

    @Test
    void missesNothingWhenALatestIteratorExpiresBeforeTheFirstRecord() {
        run.whileAsleep.add(() -> {
            kinesis.put("orders", "a", "one");
            run.clock.advance(Duration.ofMinutes(6));
        });

        assertThat(run.run("tail", "orders", "--format", "raw", "--until-idle", "3s")
                        .out())
                .isEqualTo("one\n");
    }

    @Test
    void readsAShardAtMostFiveTimesASecondAndAnIdleOneOnce() {
        kinesis.recordsPerPage = 2;
        IntStream.range(0, 100).forEach(i -> kinesis.put("orders", "key-" + i, "data-" + i));

        run.run("tail", "orders", "--from", "trim-horizon", "--until-idle", "20s");

        for (var shard : kinesis.shardsOf("orders")) {
            assertThat(IntStream.range(1, shard.readAt.size())
                            .mapToObj(i -> Duration.between(shard.readAt.get(i - 1), shard.readAt.get(i))))
                    .allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(200)));
            assertThat(Duration.between(shard.readAt.get(shard.readAt.size() - 2), shard.readAt.getLast()))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void backsOffWhenThrottledAndSaysSoOnce() {
        kinesis.put("orders", "a", "one");
        run.whileAsleep.add(() -> {
            kinesis.put("orders", "a", "two");
            kinesis.failNext(7, FakeKinesis.throttled());
        });

        var result = run.run("tail", "orders", "--from", "trim-horizon", "--format", "raw", "--until-idle", "3s");

        assertThat(result.out()).isEqualTo("one\ntwo\n");
        assertThat(result.err()).containsOnlyOnce("Trying again");
    }

    @Test
    void givesUpOnAServiceThatStaysAway() {
        run.whileAsleep.add(() -> kinesis.failNext(10_000, FakeKinesis.broken()));

        var result = run.run("tail", "orders");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).last().isEqualTo("Something broke. (InternalFailure)");
    }

    @Test
    void saysThatTheStreamWasDeleted() {
        run.whileAsleep.add(() -> kinesis.remove("orders"));

        var result = run.run("tail", "orders");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("Stream orders was deleted.\n");
    }

    @Test
    void endsQuietlyWhenItsReaderGoesAway() {
        kinesis.put("orders", "a", "one");
        var head = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        var result = run.withResultsTo(head).run("tail", "orders", "--from", "trim-horizon");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).isEmpty();
    }

    @Test
    void failsWhenItsOutputCannotBeWritten() {
        kinesis.put("orders", "a", "one");
        var full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        var result = run.withResultsTo(full).run("tail", "orders", "--from", "trim-horizon");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("Reading or writing failed: No space left on device\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--from timestamp",
                "--from latest --timestamp -10m",
                "--timestamp soon",
                "--from yesterday",
                "--limit 0",
                "--limit many",
                "--until-idle 5",
                "--format xml"
            })
    void refusesAWrongCommandLineBeforeItAsksAnyone(String options) {
        var arguments = new ArrayList<>(List.of("tail", "orders"));
        arguments.addAll(List.of(options.split(" ", -1)));

        var result = run.run(arguments.toArray(String[]::new));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(2).last().isEqualTo("See: millrace tail --help");
        assertThat(kinesis.callsOf("ListShards")).isZero();
    }

    @Test
    void namesAShardThatIsNotThere() {
        var result = run.run("tail", "orders", "--shard", "9");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("Stream orders has no shard 9. See: millrace streams describe orders\n");
    }

    @Test
    void showsEachRecordOnceAndEachKeyInOrderWhateverHappens() {
        Seeds.forEach(200, TailCommandTest::checkOrder);
    }

    private static void checkOrder(SplittableRandom random) {
        var run = new CommandRun();
        var kinesis = run.kinesis.withStream("orders", 1 + random.nextInt(4));
        kinesis.recordsPerPage = 1 + random.nextInt(5);
        kinesis.namesChildren = random.nextBoolean();
        var counts = new HashMap<String, Integer>();
        for (int step = 0; step < 40; step++) {
            run.whileAsleep.add(() -> {
                switch (random.nextInt(8)) {
                    case 0 -> splitAny(kinesis, random);
                    case 1 -> mergeAny(kinesis);
                    case 2 -> kinesis.failNext(1 + random.nextInt(3), FakeKinesis.throttled());
                    case 3 -> {
                        if (!kinesis.willFail()) {
                            run.clock.advance(Duration.ofMinutes(random.nextInt(7)));
                        }
                    }
                    default -> putSome(kinesis, counts, random);
                }
            });
        }
        // Nothing happens any more, so time may pass quickly.
        run.whileAsleep.addAll(Collections.nCopies(300, () -> run.clock.advance(Duration.ofMinutes(1))));
        var from = random.nextBoolean() ? "latest" : "trim-horizon";

        var result = run.run("tail", "orders", "--from", from, "--format", "raw", "--until-idle", "30m");

        assertThat(result.exitCode()).as(result.err()).isZero();
        var seen = new HashMap<String, Integer>();
        for (var line : result.out().lines().toList()) {
            var keyAndCount = line.split("#", -1);
            assertThat(Integer.parseInt(keyAndCount[1]))
                    .as(line)
                    .isEqualTo(seen.merge(keyAndCount[0], 1, Integer::sum) - 1);
        }
        assertThat(seen).isEqualTo(counts);
    }

    private static void putSome(FakeKinesis kinesis, Map<String, Integer> counts, SplittableRandom random) {
        for (int i = random.nextInt(10); i >= 0; i--) {
            var key = "key-" + random.nextInt(6);
            int count = counts.merge(key, 1, Integer::sum) - 1;
            kinesis.put("orders", key, key + "#" + count);
        }
    }

    private static void splitAny(FakeKinesis kinesis, SplittableRandom random) {
        var open =
                kinesis.shardsOf("orders").stream().filter(shard -> shard.open).toList();
        kinesis.split("orders", open.get(random.nextInt(open.size())));
    }

    private static void mergeAny(FakeKinesis kinesis) {
        var open = kinesis.shardsOf("orders").stream()
                .filter(shard -> shard.open)
                .sorted((a, b) -> a.first.compareTo(b.first))
                .toList();
        if (open.size() > 1) {
            kinesis.merge("orders", open.get(0), open.get(1));
        }
    }

    private void putBytes(byte[] bytes) {
        kinesis.putRecords(request -> request.streamName("orders")
                .records(PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .data(SdkBytes.fromByteArray(bytes))
                        .build()));
    }

    private String shardOf(String key) {
        return kinesis.shardsOf("orders").stream()
                .filter(shard -> shard.records.stream()
                        .anyMatch(record -> record.partitionKey().equals(key)))
                .findFirst()
                .orElseThrow()
                .id;
    }
}
