package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PutCommandTest {
    private final CommandRun run = new CommandRun();
    private final FakeKinesis kinesis = run.kinesis.withStream("orders", 3);

    @Test
    void sendsEachLineOfItsInputAsARecord() {
        var result = run.withInput("one\ntwo\r\n\nfour").run("put", "orders");

        assertThat(result.exitCode()).isZero();
        assertThat(kinesis.dataOf("orders")).containsExactlyInAnyOrder("one", "two", "", "four");
        assertThat(result.err()).isEqualTo("4 records, 10 B in 0.0 s (4,000/s) to orders\n");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void sendsTheLinesOfAFile(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("app.log"), "one\ntwo\n");

        assertThat(run.run("put", "orders", "--file", file.toString()).exitCode())
                .isZero();
        assertThat(kinesis.dataOf("orders")).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void saysThatAFileDoesNotExist() {
        var result = run.run("put", "orders", "--file", "/nowhere/app.log");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("The file /nowhere/app.log does not exist.\n");
    }

    @Test
    void spreadsLinesOverAllShardsWhenNoKeyIsGiven() {
        run.withInput(lines(1_200)).run("put", "orders");

        assertThat(kinesis.shardsOf("orders"))
                .allSatisfy(shard -> assertThat(shard.records.size()).isGreaterThan(300));
    }

    @Test
    void keepsTheOrderOfLinesUnderOneKey() {
        run.withInput(lines(1_234)).run("put", "orders", "--partition-key", "k");

        assertThat(kinesis.dataOf("orders")).containsExactlyElementsOf(numbered(1_234));
    }

    @Test
    void sendsFullBatches() {
        run.withInput(lines(1_234)).run("put", "orders", "--partition-key", "k");

        assertThat(kinesis.batchSizes).containsExactly(500, 500, 234);
    }

    @Test
    void closesABatchBeforeItHasTooManyBytes() {
        var million = "x".repeat(1_000_000) + "\n";

        run.withInput(million.repeat(12)).run("put", "orders", "--partition-key", "k");

        assertThat(kinesis.batchSizes).containsExactly(5, 5, 2);
    }

    @Test
    void keepsTheOrderOfEachKeyTakenFromAField() {
        Seeds.forEach(20, random -> {
            var each = new CommandRun();
            each.kinesis.withStream("orders", 1 + random.nextInt(4));
            var text = new StringBuilder();
            for (int i = 0; i < 2_000; i++) {
                text.append("{\"n\":")
                        .append(i)
                        .append(",\"user\":\"u")
                        .append(random.nextInt(40))
                        .append("\"}\n");
            }
            // Whole calls fail now and then, which must not let a later batch of the same key overtake.
            each.kinesis.afterPut = () -> {
                if (random.nextInt(3) == 0) {
                    each.kinesis.failNext(1, FakeKinesis.throttled());
                }
            };

            assertThat(each.withInput(text.toString())
                            .run("put", "orders", "--partition-key-field", "user")
                            .exitCode())
                    .isZero();

            assertThat(each.kinesis.dataOf("orders")).hasSize(2_000);
            for (var shard : each.kinesis.shardsOf("orders")) {
                var byKey = shard.records.stream().collect(Collectors.groupingBy(record -> record.partitionKey()));
                assertThat(byKey.values())
                        .allSatisfy(records -> assertThat(records.stream()
                                        .map(record -> number(record.data().asUtf8String())))
                                .isSorted());
            }
        });
    }

    @Test
    void sendsRefusedRecordsAgainUntilAllAreAcceptedOnce() {
        Seeds.forEach(20, random -> {
            var each = new CommandRun();
            each.kinesis.withStream("orders", 2);
            each.kinesis.refusesRecord = _ -> random.nextInt(3) == 0;

            var result = each.withInput(lines(1_500)).run("put", "orders");

            assertThat(result.exitCode()).isZero();
            assertThat(each.kinesis.dataOf("orders")).containsExactlyInAnyOrderElementsOf(numbered(1_500));
            assertThat(result.err()).contains("1,500 records").contains(" retried");
        });
    }

    @Test
    void keepsTheOrderOfRecordsThatWereRefusedTogether() {
        var accepted = new int[1];
        // A shard that is full refuses the rest of a call.
        kinesis.refusesRecord = _ -> accepted[0]++ % 100 >= 70;

        run.withInput(lines(70)).run("put", "orders", "--partition-key", "k");

        assertThat(kinesis.dataOf("orders")).containsExactlyElementsOf(numbered(70));
    }

    @Test
    void skipsALineThatIsTooLongAndSaysWhich() {
        var result = run.withInput("one\n" + "x".repeat(1_048_577) + "\nthree\n")
                .run("put", "orders", "--partition-key", "key");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(kinesis.dataOf("orders")).containsExactly("one", "three");
        assertThat(result.err())
                .contains("Line 2 is skipped: it has 1,048,577 bytes")
                .contains("1 skipped");
    }

    @Test
    void countsThePartitionKeyToTheSizeOfALine() {
        var exact = "x".repeat(1_048_576 - 3);

        var result = run.withInput(exact + "\n" + exact + "y\n").run("put", "orders", "--partition-key", "key");

        assertThat(kinesis.dataOf("orders")).containsExactly(exact);
        assertThat(result.err()).contains("Line 2 is skipped: with its partition key it has 1,048,577 bytes");
    }

    @Test
    void skipsLinesWithoutAUsableKeyAndSendsTheOthers() {
        var result = run.withInput("""
                        {"user":"u1"}
                        {"other":"u1"}
                        plain text
                        {"user":{"id":1}}
                        {"user":""}
                        {"user":7}
                        {"nested":{"user":"x"},"user":true}
                        {"user":null}
                        """).run("put", "orders", "--partition-key-field", "user");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(kinesis.shardsOf("orders").stream()
                        .flatMap(shard -> shard.records.stream())
                        .map(record -> record.partitionKey()))
                .containsExactlyInAnyOrder("u1", "7", "true");
        assertThat(result.err())
                .contains("Line 2 is skipped: it has no member \"user\".")
                .contains("Line 3 is skipped: it is not valid JSON.")
                .contains("5 skipped");
    }

    @Test
    void doesNotFloodTheScreenWithSkippedLines() {
        var result = run.withInput("no json\n".repeat(1_000)).run("put", "orders", "--partition-key-field", "user");

        assertThat(result.err().lines()).hasSize(12);
        assertThat(result.err()).contains("1,000 skipped");
    }

    @Test
    void survivesAServiceThatIsAwayForAWhile() {
        kinesis.afterPut = () -> {
            kinesis.afterPut = () -> {};
            kinesis.failNext(8, FakeKinesis.broken());
        };

        var result = run.withInput(lines(1_000)).run("put", "orders", "--partition-key", "k");

        assertThat(result.exitCode()).isZero();
        assertThat(kinesis.dataOf("orders")).containsExactlyElementsOf(numbered(1_000));
    }

    @Test
    void givesUpOnAServiceThatStaysAwayAndCountsWhatWasNotSent() {
        kinesis.afterPut = () -> kinesis.failNext(1_000, FakeKinesis.broken());

        var result = run.withInput(lines(750)).run("put", "orders", "--partition-key", "k");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("500 records")
                .contains("250 not sent")
                .endsWith("Gave up after 60 seconds in which no record was accepted."
                        + " Something broke. (InternalFailure)\n");
    }

    @Test
    void endsAtOnceWhenItMayNotWrite() {
        kinesis.afterPut = () -> kinesis.failNext(1_000, FakeKinesis.denied());

        var result = run.withInput(lines(2_000)).run("put", "orders", "--partition-key", "k");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(kinesis.dataOf("orders")).hasSize(500);
        assertThat(result.err()).endsWith("You may not. (AccessDeniedException)\n");
    }

    @Test
    void tellsHowToMakeAStreamThatIsMissing() {
        var result = run.withInput("one\n").run("put", "nothing");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("Stream nothing does not exist at http://127.0.0.1:4567."
                        + " Create it with: millrace streams create nothing\n");
    }

    @Test
    void makesAStreamThatIsMissingWhenAsked() {
        kinesis.looksUntilActive = 3;

        var result = run.withInput("one\n").run("put", "fresh", "--create");

        assertThat(result.exitCode()).isZero();
        assertThat(kinesis.dataOf("fresh")).containsExactly("one");
        assertThat(kinesis.shardsOf("fresh")).hasSize(4);
        assertThat(result.err()).startsWith("Created stream fresh, on demand.\n");
    }

    @Test
    void sendsTheWholeLinesItHasReadWhenItIsStopped() throws Exception {
        var readAhead = new CountDownLatch(1);
        var nothingMore = new CountDownLatch(1);
        var quietAfterThreeLines = new InputStream() {
            private final ByteArrayInputStream lines =
                    new ByteArrayInputStream("one\ntwo\nthree\nunfini".getBytes(StandardCharsets.UTF_8));

            @Override
            public int read() {
                throw new AssertionError("reads whole chunks");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (lines.available() > 0) {
                    return lines.read(target, offset, length);
                }
                readAhead.countDown();
                awaitUnchecked(nothingMore);
                return -1;
            }
        };
        var command = new FutureTask<>(() -> run.withInput(quietAfterThreeLines).run("put", "orders"));
        Thread.ofVirtual().start(command);
        readAhead.await();

        run.stops.getFirst().run();

        assertThat(command.get(30, TimeUnit.SECONDS).exitCode()).isZero();
        assertThat(command.get().err()).startsWith("3 records").contains(" to orders");
        assertThat(kinesis.dataOf("orders")).containsExactlyInAnyOrder("one", "two", "three");
        nothingMore.countDown();
    }

    private static void awaitUnchecked(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException _) {
            throw new InterruptedIOException();
        }
    }

    @Test
    void showsProgressOnATerminalOnly() {
        run.onTerminal = true;
        assertThat(run.withInput(lines(1_000)).run("put", "orders").err()).contains("\r\033[K");

        run.onTerminal = false;
        assertThat(run.withInput(lines(1_000)).run("put", "orders").err()).doesNotContain("\r");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "orders extra",
                "orders --file a --follow b",
                "orders --partition-key a --partition-key-field b",
                "orders --new-only",
                "orders --partition-key=",
                "orders --endpoint nonsense",
                "orders --fiel x"
            })
    void refusesAWrongCommandLineBeforeItAsksAnyone(String arguments) {
        var all = new ArrayList<>(List.of("put"));
        all.addAll(List.of(arguments.split(" ", -1)));
        all.removeIf(String::isEmpty);

        var result = run.run(all.toArray(String[]::new));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(2).last().isEqualTo("See: millrace put --help");
        assertThat(kinesis.callsOf("DescribeStreamSummary")).isZero();
    }

    private static String lines(int count) {
        return String.join("\n", numbered(count)) + "\n";
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line-" + i).toList();
    }

    private static int number(String json) {
        return Integer.parseInt(json.substring(json.indexOf(':') + 1, json.indexOf(',')));
    }
}
