package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class PutRunTest {
    private final CommandRun run = new CommandRun();
    private final FakeKinesis kinesis = run.kinesis.withStream("orders", 1);

    /** Lines that come as a test says. */
    private static final class ScriptedLines implements LineSource {
        private final Queue<Runnable> before = new ArrayDeque<>();
        private final Queue<Reading> readings = new ArrayDeque<>();
        private long lines;

        ScriptedLines line(String text) {
            return then(() -> {}, new Reading.Line(++lines, text.getBytes(StandardCharsets.UTF_8)));
        }

        ScriptedLines quiet(Runnable meanwhile) {
            return then(meanwhile, new Reading.Quiet());
        }

        private ScriptedLines then(Runnable action, Reading reading) {
            before.add(action);
            readings.add(reading);
            return this;
        }

        @Override
        public Reading next(Duration waitMax) {
            if (readings.isEmpty()) {
                return new Reading.End();
            }
            assertThat(waitMax).isLessThanOrEqualTo(PutRun.LINGER);
            before.remove().run();
            return readings.remove();
        }

        @Override
        public void stop() {}

        @Override
        public void close() {}
    }

    @Test
    void sendsWhatHasWaitedForCompanyLongEnough() throws Exception {
        put(new ScriptedLines()
                .line("one")
                .line("two")
                .quiet(() -> run.clock.advance(PutRun.LINGER))
                .line("three"));

        assertThat(kinesis.batchSizes).containsExactly(2, 1);
    }

    @Test
    void collectsLinesThatComeSoonAfterEachOther() throws Exception {
        put(new ScriptedLines()
                .line("one")
                .quiet(() -> run.clock.advance(PutRun.LINGER.dividedBy(2)))
                .line("two"));

        assertThat(kinesis.batchSizes).containsExactly(2);
    }

    private void put(LineSource lines) throws Exception {
        var shell = run.shell();
        var endpoint = new EndpointOptions(shell, _ -> kinesis).endpoint();
        var report = new PutReport("orders", new StatusLine(run.err, false), run.clock);
        var sender = new BatchSender(kinesis, endpoint, "orders", report, Duration.ofMinutes(1), shell);
        new PutRun(lines, new PartitionKeys.Fixed("k"), 1_048_576, sender, report, shell).run();
        assertThat(sender.failure()).isEmpty();
        assertThat(kinesis.dataOf("orders")).isSubsetOf(List.of("one", "two", "three"));
    }
}
