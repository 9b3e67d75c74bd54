package io.millrace.clients.kcl;

import io.millrace.clients.support.Ledger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker in a process of its own, so that it can be killed. It prints what it has processed, and its starter keeps the ledger. */
final class WorkerProcess implements AutoCloseable {
    private static final String MARK = "processed ";

    private final Process process;
    private final Thread reader;

    private WorkerProcess(Process process, Thread reader) {
        this.process = process;
        this.reader = reader;
    }

    /** The other process. */
    public static void main(String[] words) {
        var ledger = new Ledger((shardId, number) -> {
            System.out.println(MARK + shardId + " " + number);
            System.out.flush();
        });
        Application.parse(List.of(words)).newWorker("doomed", ledger).run();
    }

    static WorkerProcess start(Application application, Ledger ledger) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.config.file=" + System.getProperty("java.util.logging.config.file"),
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName()));
        command.addAll(application.words());
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            var reader = new Thread(() -> read(process, ledger), "worker " + process.pid());
            reader.start();
            return new WorkerProcess(process, reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Process process, Ledger ledger) {
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(MARK)) {
                    var words = line.substring(MARK.length()).split(" ");
                    ledger.processed(words[0], Integer.parseInt(words[1]));
                }
            }
        } catch (IOException e) {
            // Killed in the middle of a line.
        }
    }

    /** SIGKILL: no lease is given back. When this returns, the ledger has all that the worker said. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
