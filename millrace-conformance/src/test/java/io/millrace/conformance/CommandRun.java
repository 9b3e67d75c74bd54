package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.ClientCommands;
import io.millrace.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command as a person would run it, in an environment where only the address of a server and a home are set. */
final class CommandRun {
    record Result(int exitCode, String out, String err) {}

    private final Map<String, String> environment;
    private final List<Runnable> stops = new CopyOnWriteArrayList<>();

    CommandRun(String endpoint, Path home) {
        this.environment = Map.of("MILLRACE_ENDPOINT", endpoint, "HOME", home.toString());
    }

    Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var shell = new Shell(
                InputStream.nullInputStream(),
                out,
                err,
                false,
                environment,
                InstantSource.system(),
                Thread::sleep,
                new SplittableRandom(1),
                stops::add);
        var root = new CommandLine(CommandSpec.create().name("millrace"));
        new ClientCommands(shell).mountOn(root);
        int exitCode = root.execute(arguments);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Result succeed(String... arguments) {
        var result = run(arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    /** Ctrl-C for the command that is running; false if it does not listen yet. */
    boolean interrupt() {
        stops.forEach(Runnable::run);
        return !stops.isEmpty();
    }
}
