package io.millrace.cli;

import io.millrace.testkit.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs commands in process on a clock that moves only when a command sleeps, and then at once. */
final class CommandRun {
    /** What a command left behind. */
    record Result(int exitCode, String out, String err) {}

    final ManualClock clock = new ManualClock(Instant.parse("2030-01-01T00:00:00Z"));
    final FakeKinesis kinesis = new FakeKinesis(clock);
    final Map<String, String> environment = new HashMap<>();
    /** Done one by one, each time that a command has slept. */
    final Deque<Runnable> whileAsleep = new ArrayDeque<>();

    final List<Runnable> stops = new ArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    boolean onTerminal;
    private InputStream in = InputStream.nullInputStream();
    private Connection.Opener opener = _ -> kinesis;
    private OutputStream results = out;

    CommandRun withInput(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    CommandRun withInput(InputStream given) {
        in = given;
        return this;
    }

    CommandRun withResultsTo(OutputStream given) {
        results = given;
        return this;
    }

    CommandRun connectTo(Connection.Opener given) {
        opener = given;
        return this;
    }

    /** Connects for real in place of the fake service. */
    CommandRun withRealConnections() {
        opener = Connection::open;
        return this;
    }

    Result run(String... arguments) {
        out.reset();
        err.reset();
        var root = new CommandLine(CommandSpec.create().name("millrace"));
        new ClientCommands(shell(), opener).mountOn(root);
        int exitCode = root.execute(arguments);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Shell shell() {
        return new Shell(
                in,
                results,
                err,
                onTerminal,
                environment,
                clock,
                duration -> {
                    clock.advance(duration);
                    nextAction().run();
                },
                new SplittableRandom(1),
                stops::add);
    }

    private Runnable nextAction() {
        synchronized (whileAsleep) {
            return whileAsleep.isEmpty() ? () -> {} : whileAsleep.poll();
        }
    }
}
