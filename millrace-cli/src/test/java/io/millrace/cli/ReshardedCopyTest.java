package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a stream whose shards come and go meanwhile, or between one run and the next. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ReshardedCopyTest {
    @TempDir
    private Path folder;

    private final CommandRun run = new CommandRun();

    @BeforeEach
    void useHome() {
        run.environment.put("HOME", folder.toString());
    }

    @Test
    void anExportHasNoRecordWithoutThoseThatCameBeforeItWithItsKey() {
        var shards = run.kinesis.withStream("a", 2).shardsOf("a");
        var left = shards.getFirst();
        var right = shards.getLast();
        run.kinesis.put("a", keyIn(left), "first");
        run.kinesis.put("a", keyIn(right), "x");
        run.kinesis.put("a", keyIn(right), "y");
        run.kinesis.recordsPerPage = 1;
        var leftIsAtItsTip = new CountDownLatch(1);
        run.kinesis.afterRead = shard -> {
            if (shard == left) {
                leftIsAtItsTip.countDown();
            }
        };
        run.whileAsleep.add(() -> {
            await(leftIsAtItsTip);
            run.kinesis.put("a", keyIn(left), "second");
            run.kinesis.merge("a", left, right);
            run.kinesis.put("a", keyIn(left), "third");
        });

        succeed("export", "a", exported());

        run.kinesis.withStream("b", 1);
        succeed("import", exported(), "b");
        assertThat(run.kinesis.dataOf("b")).containsExactlyInAnyOrder("first", "x", "y");
    }

    @Test
    void aMirrorOfWhatComesLaterTakesAllOfTheShardsThatOpenedWhileItWasAway() {
        run.kinesis.withStream("a", 1).withStream("b", 1).put("a", "key", "old");
        succeed("mirror", "a", "b", "--from", "latest", "--until-idle", "1s");
        var shards = run.kinesis.shardsOf("a");
        run.kinesis.split("a", shards.getFirst());
        shards.removeFirst();
        IntStream.range(0, 10).forEach(i -> run.kinesis.put("a", "key-" + i, String.valueOf(i)));

        var result = succeed("mirror", "a", "b", "--from", "latest", "--until-idle", "1s");

        assertThat(result.err()).contains("so --from has no effect");
        assertThat(run.kinesis.dataOf("b")).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void aMirrorIsNotUpToDateBeforeAPageIsInTheTarget() {
        run.kinesis.withStream("a", 1).withStream("b", 1);
        run.kinesis.put("a", "key", "one");
        run.clock.advance(Duration.ofSeconds(3));
        run.kinesis.put("a", "key", "two");
        run.kinesis.afterPut = () -> {
            run.kinesis.afterPut = () -> {};
            run.clock.advance(Duration.ofSeconds(20));
            while (!run.err.toString(StandardCharsets.UTF_8).contains("/s, ")) {
                Thread.onSpinWait();
            }
        };

        var result = succeed("mirror", "a", "b", "--until-idle", "5s");

        assertThat(result.err().lines().filter(line -> line.contains("/s, ")).findFirst())
                .hasValue("0 records, 0 B, 0/s, behind: shardId-000000000000 23.0 s");
    }

    private String exported() {
        return folder.resolve("a.jsonl").toString();
    }

    private CommandRun.Result succeed(String... arguments) {
        var result = run.run(arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    private static String keyIn(FakeKinesis.FakeShard shard) {
        var hashKeys = new HashKeys(shard.first, shard.last);
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key-" + i)
                .filter(key -> hashKeys.explicitFor(key).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
