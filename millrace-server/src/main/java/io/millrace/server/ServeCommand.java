package io.millrace.server;

import io.millrace.server.settings.InvalidSettingsException;
import io.millrace.server.settings.Settings;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code millrace serve}: runs a server in the foreground until it is told to stop. Its flags are the settings' keys,
 * with short names for those that people type.
 */
final class ServeCommand {
    static final String NAME = "serve";

    private static final int REFUSED = 1;
    private static final Duration PREPARATION_DELAY = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    ServeCommand(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    CommandSpec spec() {
        var spec = CommandSpec.create().name(NAME).addOption(helpOption());
        spec.usageMessage()
                .customSynopsis(
                        "millrace serve [--port N] [--host ADDR] [--data-dir DIR] [--config FILE] [--SETTING VALUE]...")
                .description("Starts a Millrace server in the foreground; SIGTERM or Ctrl-C stops it gracefully.")
                .optionListHeading("%nEvery setting is a flag, an environment variable and a key of the file:%n")
                .sortOptions(false);
        spec.addOption(OptionSpec.builder(Flags.FILE)
                .type(Path.class)
                .paramLabel("FILE")
                .description("A settings file in TOML (environment: MILLRACE_CONFIG).")
                .build());
        for (var setting : MillraceConfig.SETTINGS) {
            spec.addOption(OptionSpec.builder(Flags.names(setting.key()).toArray(String[]::new))
                    .type(String.class)
                    .paramLabel("VALUE")
                    .description(setting.meaning().replace("%", "%%")
                            + (setting.fallback().isEmpty() ? "" : " Default: " + setting.fallback() + "."))
                    .build());
        }
        return spec;
    }

    static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this text.")
                .build();
    }

    static Flags flags(ParseResult parsed) {
        var values = new HashMap<String, String>();
        for (var setting : MillraceConfig.SETTINGS) {
            String value = parsed.matchedOptionValue(setting.flag(), null);
            if (value != null) {
                values.put(setting.key(), value);
            }
        }
        Path file = parsed.matchedOptionValue(Flags.FILE, null);
        return new Flags(Optional.ofNullable(file), values);
    }

    /** @return what the process is to end with */
    int run(Flags flags) {
        try {
            return serve(settings(flags));
        } catch (InvalidSettingsException e) {
            err.println("Millrace can't start, the settings are not usable:");
            e.problems().forEach(problem -> err.println("  " + problem));
        } catch (StartRefusedException e) {
            err.println(e.getMessage());
        } catch (RuntimeException e) { // the top of the process
            e.printStackTrace(err);
        }
        err.flush();
        return REFUSED;
    }

    private Settings settings(Flags flags) {
        var settings = new Settings(MillraceConfig.SETTINGS);
        flags.file()
                .or(() ->
                        Optional.ofNullable(environment.get("MILLRACE_CONFIG")).map(Path::of))
                .ifPresent(settings::file);
        return settings.environment(environment).flags(flags.values());
    }

    private int serve(Settings settings) {
        LogLines.install(settings);
        var lifetime = new Lifetime();
        // Before anything is begun: whoever is told to stop while it starts must not be cut off in the middle.
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(lifetime::stop, "millrace-shutdown"));
        } catch (IllegalStateException _) {
            return CommandLine.ExitCode.OK; // the process is ending already
        }
        try {
            var launcher = launcher();
            var millrace = Millrace.start(settings);
            var preparation = preparation(launcher, millrace);
            boolean isWanted = lifetime.begin(() -> {
                preparation.ifPresent(Preparation::close);
                millrace.close();
            });
            if (isWanted) {
                out.print(millrace.welcome());
                out.flush();
            }
        } catch (RuntimeException | Error e) {
            if (lifetime.fail()) {
                throw e;
            }
            return CommandLine.ExitCode.OK;
        }
        return runUntilToldToStop();
    }

    /** The launcher gives its own name when it found no cache to start with. */
    private static Optional<Path> launcher() {
        var name = Optional.ofNullable(System.getProperty("millrace.launcher"));
        try {
            return name.map(Path::of);
        } catch (InvalidPathException e) {
            throw new StartRefusedException("-Dmillrace.launcher must name a file: " + e.getMessage(), e);
        }
    }

    private static Optional<Preparation> preparation(Optional<Path> launcher, Millrace millrace) {
        try {
            return launcher.map(path -> Preparation.start(path, PREPARATION_DELAY));
        } catch (RuntimeException | Error e) {
            // No thread was to be had. A server that nobody was told of must not go on.
            millrace.close();
            throw e;
        }
    }

    /** Keeps the process in the foreground; it ends in the shutdown hook. */
    private static int runUntilToldToStop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return CommandLine.ExitCode.OK;
    }
}
