package io.millrace.clients.kcl;

import io.millrace.clients.support.Witness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker in a process of its own, so that it can be killed. It prints what it does, and its starter keeps the ledger. */
final class WorkerProcess implements AutoCloseable {
    private static final String PROCESSED = "processed";
    private static final String CHECKPOINTED = "checkpointed";
    /** Ends every line: one without it was cut off by the kill. */
    private static final String END = " .";

    private static final Path LOG = Path.of("target", "doomed-worker.log");

    private final Process process;
    private final Thread reader;

    private WorkerProcess(Process process, Thread reader) {
        this.process = process;
        this.reader = reader;
    }

    /** The other process. */
    public static void main(String[] words) {
        Application.parse(List.of(words))
                .newWorker("doomed", new Printer())
                .loop()
                .run();
    }

    private record Printer() implements Witness {
        @Override
        public void processed(String shardId, int number) {
            say(PROCESSED + " " + shardId + " " + number);
        }

        @Override
        public void checkpointed(List<Integer> numbers) {
            numbers.forEach(number -> say(CHECKPOINTED + " " + number));
        }

        private static void say(String words) {
            System.out.println(words + END);
            System.out.flush();
        }
    }

    static WorkerProcess start(Application application, Witness witness) {
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
                    .redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            var reader = new Thread(() -> read(process, witness), "worker " + process.pid());
            reader.start();
            return new WorkerProcess(process, reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Process process, Witness witness) {
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.endsWith(END)) {
                    return;
                }
                var words = line.split(" ");
                switch (words[0]) {
                    case PROCESSED -> witness.processed(words[1], Integer.parseInt(words[2]));
                    case CHECKPOINTED -> witness.checkpointed(List.of(Integer.parseInt(words[1])));
                    default -> throw new IllegalStateException("the worker said: " + line);
                }
            }
        } catch (IOException e) {
            // Killed in the middle of a line.
        }
    }

    /** SIGKILL: no lease is given back. When this returns, the ledger has all that the worker said. */
    void kill() throws InterruptedException {
        // By its handle: the process's own method closes the pipe, and what was not read of it yet would be lost.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
