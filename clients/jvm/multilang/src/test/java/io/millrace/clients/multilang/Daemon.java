package io.millrace.clients.multilang;

import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A MultiLangDaemon in a process of its own, which starts one Python process per shard. */
final class Daemon implements AutoCloseable {
    private static final Path ENVIRONMENT = Path.of(".venv").toAbsolutePath();
    private static final Path PROCESSOR =
            Path.of("src", "test", "python", "recorder.py").toAbsolutePath();

    private final Process process;
    private final Path ledger;

    private Daemon(Process process, Path ledger) {
        this.process = process;
        this.ledger = ledger;
    }

    /** @param retrievalMode POLLING or FANOUT, as the daemon spells them */
    static Daemon start(
            Millrace millrace, LocalDynamoDb dynamoDb, TestStream stream, String retrievalMode, Path directory)
            throws IOException {
        var ledger = Files.createFile(directory.resolve("ledger"));
        var properties = directory.resolve("daemon.properties");
        Files.writeString(properties, """
                executableName = %s %s
                streamName = %s
                applicationName = %s
                processingLanguage = python/3
                AwsCredentialsProvider = DefaultCredentialsProvider
                initialPositionInStream = TRIM_HORIZON
                regionName = %s
                kinesisEndpoint = %s
                dynamoDBEndpoint = %s
                retrievalMode = %s
                metricsLevel = NONE
                disableWorkerMetrics = true
                failoverTimeMillis = 3000
                leaseAssignmentIntervalMillis = 1000
                shardSyncIntervalMillis = 2000
                parentShardPollIntervalMillis = 200
                idleTimeBetweenReadsInMillis = 200
                """.formatted(
                        ENVIRONMENT.resolve("bin").resolve("python"),
                        PROCESSOR,
                        stream.name(),
                        stream.name(),
                        Millrace.REGION,
                        millrace.endpoint(),
                        dynamoDb.endpoint(),
                        retrievalMode));
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        jars() + File.separator + "*",
                        "software.amazon.kinesis.multilang.MultiLangDaemon",
                        "--properties-file",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(
                        Path.of("target", "daemon-" + retrievalMode + "-" + stream.name() + ".log")
                                .toFile()));
        builder.environment().put("AWS_ACCESS_KEY_ID", Millrace.ACCESS_KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", Millrace.SECRET_KEY);
        builder.environment().put("MILLRACE_LEDGER", ledger.toString());
        var process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Daemon(process, ledger);
    }

    /** Where pip has put the daemon and all that it needs. */
    private static Path jars() throws IOException {
        try (var found = Files.find(
                ENVIRONMENT.resolve("lib"), 5, (path, attributes) -> path.endsWith(Path.of("amazon_kclpy", "jars")))) {
            return found.findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            ENVIRONMENT + " has no amazon_kclpy: see requirements.txt beside it"));
        }
    }

    /** What the Python processes have written down so far, but for a line that is being written. */
    Ledger ledger() {
        try {
            var text = Files.readString(ledger);
            var read = new Ledger();
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> line.split(" "))
                    .forEach(words -> {
                        read.processed(words[0], Integer.parseInt(words[1]));
                    });
            return read;
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + ledger, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The Python processes end with the daemon: their input does. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
