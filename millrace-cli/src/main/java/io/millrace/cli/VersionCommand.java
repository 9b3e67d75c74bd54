package io.millrace.cli;

import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace version}. */
@Command(name = "version", description = "Show the version of Millrace and of the Java that runs it.")
final class VersionCommand implements Callable<Integer> {
    // Maven writes it into the jar; classes that run from their build directory have none.
    private static final String BUILT_AS = "/META-INF/maven/io.millrace/millrace-cli/pom.properties";

    private final Shell shell;

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        new Output(shell.out())
                .line("millrace " + version() + " (Java " + Runtime.version().feature() + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
        return ExitCode.OK;
    }

    private static String version() throws IOException {
        try (var in = VersionCommand.class.getResourceAsStream(BUILT_AS)) {
            if (in == null) {
                return "built from source";
            }
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "of unknown version");
        }
    }
}
