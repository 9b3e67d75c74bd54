package io.millrace.server;

import io.millrace.cli.Shell;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The {@code millrace} command: {@code serve} runs a server, all else is a client of one. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        var shell = Shell.ofProcess();
        var serve = new ServeCommand(
                System.getenv(),
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true),
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
        int exitCode =
                plainStart(args).map(serve::run).orElseGet(() -> new MillraceCommand(serve, shell).execute(args));
        shell.stops().ended(exitCode);
        System.exit(exitCode);
    }

    private static Optional<Flags> plainStart(String[] args) {
        return args.length > 0 && args[0].equals(ServeCommand.NAME)
                ? Flags.plain(Arrays.asList(args).subList(1, args.length))
                : Optional.empty();
    }
}
