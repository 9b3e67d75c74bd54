package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mirror, export and import against a service that misbehaves. */
class CopyCommandsTest {
    private static final int KEYS = 5;
    private static final int PER_KEY = 40;

    @TempDir
    private Path folder;

    private final CommandRun run = new CommandRun();

    @BeforeEach
    void useHome() {
        run.environment.put("HOME", folder.toString());
    }

    @Test
    void noRecordOvertakesAnotherOfItsKeyWhateverTheTargetRefuses() {
        putNumbered("a", 1);
        run.kinesis.withStream("b", 2);
        refuseSome();

        var result = run.run("mirror", "a", "b", "--until-idle", "5s");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).contains(" retried");
        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
    }

    @Test
    void inRelaxedOrderTheyMay() {
        putNumbered("a", 1);
        run.kinesis.withStream("b", 2);
        refuseSome();

        run.run("mirror", "a", "b", "--relaxed-order", "--until-idle", "5s");

        assertThat(numbersByKey("b")).isNotEqualTo(numbersByKey("a"));
        numbersByKey("b")
                .forEach((key, numbers) -> assertThat(numbers)
                        .as(key)
                        .containsExactlyInAnyOrderElementsOf(numbersByKey("a").get(key)));
    }

    @Test
    void waitsForATargetThatIsAwayAndLosesNothing() {
        putNumbered("a", 1);
        run.kinesis.withStream("b", 1);
        run.kinesis.afterPut = new Runnable() {
            private int left = 3;

            @Override
            public void run() {
                if (left-- > 0) {
                    run.kinesis.failNext(4, FakeKinesis.broken());
                }
            }
        };

        var result = run.run("mirror", "a", "b", "--until-idle", "5s");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
    }

    @Test
    void saysThatTheTargetRefused() {
        putNumbered("a", 1);
        run.kinesis.withStream("b", 1);
        run.kinesis.afterPut = () -> run.kinesis.remove("b");

        var result = run.run("mirror", "a", "b", "--until-idle", "5s");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("ResourceNotFoundException").doesNotContain("\tat ");
    }

    @Test
    void refusesToCopyAStreamIntoItself() {
        var result = run.run("mirror", "a", "a");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("Stream a would be copied into itself.");
    }

    @Test
    void tellsThatACheckpointIsDamaged() throws IOException {
        run.kinesis.withStream("a", 1).withStream("b", 1);
        var file = Files.writeString(folder.resolve("checkpoint"), "{\"format\":\"mill");

        var result = run.run("mirror", "a", "b", "--checkpoint", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("The checkpoint " + file + " cannot be used: it is not valid JSON.")
                .hasLineCount(1);
    }

    @Test
    void importsInOrderWhateverTheTargetRefuses() {
        putNumbered("a", 2);
        run.kinesis.withStream("b", 3);
        succeed("export", "a", exported());
        refuseSome();

        succeed("import", exported(), "b");

        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
    }

    @Test
    void tellsTheLineAtWhichAnExportIsBroken() throws IOException {
        var lines = exportedLines();
        run.kinesis.withStream("b", 1);
        lines.set(7, lines.get(7).replace("\"partitionKey\"", "\"partitionkey\""));
        Files.write(Path.of(exported()), lines);
        long at =
                lines.subList(0, 7).stream().mapToInt(line -> line.length() + 1).sum();

        var result = run.run("import", exported(), "b");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .endsWith("Line 8 of " + exported() + " (at byte " + Quantity.count(at)
                        + ") cannot be used: the member 'partitionKey' is missing.\n");
        assertThat(run.kinesis.dataOf("b")).hasSize(6);
    }

    @Test
    void tellsThatAnExportWasCutOffAndGoesOnOnceItIsWhole() throws IOException {
        var lines = exportedLines();
        run.kinesis.withStream("b", 1);
        Files.write(Path.of(exported()), lines.subList(0, 101));

        var cut = run.run("import", exported(), "b");
        Files.write(Path.of(exported()), lines);
        var whole = succeed("import", exported(), "b");
        var again = run.run("import", exported(), "b");

        assertThat(cut.exitCode()).isEqualTo(1);
        assertThat(cut.err()).contains("Line 102 of").contains("the file was cut off before its last line");
        assertThat(whole.err()).contains("Going on after 100 records.");
        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("is in stream b already");
    }

    @Test
    void noDamageToAnExportDoesMoreThanEndTheImport() throws IOException {
        exportedLines();
        var whole = Files.readAllBytes(Path.of(exported()));
        Seeds.forEach(100, random -> {
            var damaged = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int i = 0; i < random.nextInt(1, 4) && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            var file = Files.write(folder.resolve("damaged"), damaged);
            run.kinesis.withStream("b", 1);

            var result = run.run(
                    "import",
                    file.toString(),
                    "b",
                    "--progress",
                    folder.resolve("p").toString());

            assertThat(result.err()).doesNotContain("Unexpected");
            Files.deleteIfExists(folder.resolve("p"));
        });
    }

    @Test
    void refusesAFileThatIsNoExport() throws IOException {
        run.kinesis.withStream("b", 1);
        var file = Files.writeString(folder.resolve("f"), "{\"some\":\"thing\"}\n");

        assertThat(run.run("import", file.toString(), "b").err())
                .isEqualTo(
                        "Line 1 of " + file + " (at byte 0) cannot be used: it is not the first line of an export.\n");
        assertThat(run.run("import", folder.resolve("none").toString(), "b").err())
                .isEqualTo("The file " + folder.resolve("none") + " does not exist.\n");
        assertThat(run.run("import", folder.toString(), "b").err())
                .contains("has no export.json: it is no export, or one that was not finished.");
    }

    @Test
    void doesNotWriteOverAnExport() {
        putNumbered("a", 1);
        succeed("export", "a", exported());

        var again = run.run("export", "a", exported());

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).startsWith("The file " + exported() + " is there already.");
    }

    @Test
    void leavesNoFileBehindWhenAnExportFails() {
        putNumbered("a", 1);
        run.kinesis.recordsPerPage = 10;
        run.whileAsleep.add(() -> run.kinesis.remove("a"));

        var result = run.run("export", "a", exported());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("Stream a was deleted");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesToCopyAStreamIntoItselfByAnotherAddress() {
        putNumbered("a", 1);

        var result = run.run("mirror", "a", "a", "--source-endpoint", "http://localhost:4567", "--until-idle", "1s");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("Stream a at http://localhost:4567 would be copied into itself: a at"
                        + " http://127.0.0.1:4567 is the same, arn:aws:kinesis:us-east-1:000000000000:stream/a of ")
                .hasLineCount(1);
        assertThat(run.kinesis.dataOf("a")).hasSize(KEYS * PER_KEY);
    }

    @Test
    void copiesAStreamIntoOneOfTheSameNameInAnotherAccount() {
        putNumbered("a", 1);
        var staging = new FakeKinesis(run.clock).ofAccount("111122223333").withStream("a", 1);
        run.connectTo(connection -> connection.profile().isPresent() ? staging : run.kinesis);

        succeed("mirror", "a", "a", "--target-profile", "staging", "--until-idle", "1s");

        assertThat(staging.dataOf("a")).hasSize(KEYS * PER_KEY);
    }

    @Test
    void endsWhenOneShardNeverAnswersThoughOthersDo() {
        putNumbered("a", 2);
        run.kinesis.withStream("b", 1);
        var silent = run.kinesis.shardsOf("a").getLast();
        run.kinesis.afterRead = shard -> {
            if (shard == silent) {
                throw FakeKinesis.broken();
            }
        };

        var result = run.run("mirror", "a", "b", "--until-idle", "20m");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines()).last().isEqualTo("Something broke. (InternalFailure)");
    }

    @Test
    void saysThatItIsThrottledOnceAndShowsItWithTheProgress() {
        putNumbered("a", 2);
        run.kinesis.withStream("b", 1);
        run.kinesis.recordsPerPage = 50;
        var reads = new AtomicInteger();
        run.kinesis.afterRead = _ -> {
            int read = reads.getAndIncrement();
            if (read < 20 && read % 2 == 0) {
                throw FakeKinesis.throttled();
            }
        };

        var result = succeed("mirror", "a", "b", "--until-idle", "1s");

        assertThat(result.err()).containsOnlyOnce("Trying again");
    }

    @Test
    void doesNotMakeATargetAnewThatACheckpointIsAbout() {
        putNumbered("a", 1);
        succeed("mirror", "a", "b", "--create", "--until-idle", "1s");
        run.kinesis.remove("b");

        var result = run.run("mirror", "a", "b", "--create", "--until-idle", "1s");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("is about another target, arn:aws:kinesis:us-east-1:000000000000:stream/b of ")
                .contains(", and this one does not exist.")
                .hasLineCount(1);
        assertThat(run.kinesis.has("b")).isFalse();
    }

    @Test
    void keepsTheProgressOfAnImportFromAnother() throws IOException {
        var lines = exportedLines();
        run.kinesis.withStream("b", 1).withStream("c", 1);
        var progress = folder.resolve("progress").toString();
        Files.write(Path.of(exported()), lines.subList(0, 101));
        run.run("import", exported(), "b", "--progress", progress);
        Files.write(Path.of(exported()), lines);
        run.clock.advance(Duration.ofSeconds(1));
        var other = folder.resolve("other.jsonl").toString();
        succeed("export", "a", other);

        var otherExport = run.run("import", other, "b", "--progress", progress);
        var otherTarget = run.run("import", exported(), "c", "--progress", progress);

        assertThat(otherExport.exitCode()).isEqualTo(1);
        assertThat(otherExport.err()).contains("is about another export").hasLineCount(1);
        assertThat(otherTarget.exitCode()).isEqualTo(1);
        assertThat(otherTarget.err()).contains("is about another target").hasLineCount(1);
        succeed("import", exported(), "b", "--progress", progress);
        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
    }

    @Test
    void importsAgainIntoAStreamThatWasMadeAnewAndSaysSo() throws IOException {
        exportedLines();
        succeed("import", exported(), "b", "--create");
        run.kinesis.remove("b");
        run.clock.advance(Duration.ofSeconds(1));

        var result = succeed("import", exported(), "b", "--create");

        assertThat(result.err()).contains("Stream b was made anew since. Beginning with the first record.");
        assertThat(numbersByKey("b")).isEqualTo(numbersByKey("a"));
    }

    @Test
    void writesNothingWhereTheNameInAnExportLeads() throws IOException {
        var lines = exportedLines();
        run.kinesis.withStream("b", 1);
        lines.set(0, lines.getFirst().replace("\"name\":\"a\"", "\"name\":\"../../../../../away\""));
        Files.write(Path.of(exported()), lines);

        var result = run.run("import", exported(), "b");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).endsWith("cannot be used: its member 'name' is no name of a stream.\n");
        assertThat(run.kinesis.dataOf("b")).isEmpty();
    }

    @Test
    void twoExportsToOneNameDoNotMix() throws IOException {
        putNumbered("a", 1);
        run.kinesis.recordsPerPage = 10;
        var other = new CommandRun();
        other.kinesis.withStream("a", 1).put("a", "key", "of the other");
        run.whileAsleep.add(() ->
                assertThat(other.run("export", "a", exported()).exitCode()).isZero());

        var result = run.run("export", "a", exported());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .endsWith("The file " + exported() + " is there already. Name another one, or remove it.\n");
        assertThat(Files.readAllLines(Path.of(exported()))).hasSize(3);
        assertThat(folder).isDirectoryNotContaining("glob:**.unfinished");
    }

    @Test
    void leavesNothingBehindAndSaysSoBeforeAnInterruptedExportLetsTheProcessEnd() {
        putNumbered("a", 1);
        run.kinesis.recordsPerPage = 10;
        var left = new AtomicReference<>("nothing");
        var ended = new AtomicReference<>(Thread.currentThread());
        run.whileAsleep.add(() -> {
            ended.set(Thread.ofVirtual().start(() -> {
                // As the process does: when this returns, it is gone.
                run.stops.getFirst().run();
                left.set(run.err.toString(StandardCharsets.UTF_8)
                        + Arrays.toString(folder.toFile().list()));
            }));
            while (ended.get().getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        });

        var result = run.run("export", "a", exported());

        assertThat(result.exitCode()).isEqualTo(1);
        join(ended.get());
        assertThat(left.get()).isEqualTo("Interrupted. Nothing was written.\n[]");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String exported() {
        return folder.resolve("a.jsonl").toString();
    }

    private List<String> exportedLines() throws IOException {
        putNumbered("a", 1);
        succeed("export", "a", exported());
        return new ArrayList<>(Files.readAllLines(Path.of(exported()), StandardCharsets.UTF_8));
    }

    private CommandRun.Result succeed(String... arguments) {
        var result = run.run(arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    private void putNumbered(String stream, int shardCount) {
        run.kinesis.withStream(stream, shardCount);
        for (int number = 0; number < PER_KEY; number++) {
            for (int key = 0; key < KEYS; key++) {
                run.kinesis.put(stream, "key-" + key, String.valueOf(number));
            }
        }
    }

    private void refuseSome() {
        var random = new SplittableRandom(4);
        run.kinesis.refusesRecord = _ -> random.nextInt(3) == 0;
    }

    private Map<String, List<Integer>> numbersByKey(String stream) {
        var numbers = new TreeMap<String, List<Integer>>();
        for (var shard : run.kinesis.shardsOf(stream)) {
            for (var record : shard.records) {
                numbers.computeIfAbsent(record.partitionKey(), _ -> new ArrayList<>())
                        .add(Integer.valueOf(record.data().asUtf8String()));
            }
        }
        return numbers;
    }
}
