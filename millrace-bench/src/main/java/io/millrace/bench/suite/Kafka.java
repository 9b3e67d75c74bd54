package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Apache Kafka: one broker that is its own controller, and a driver that speaks its protocol. */
record Kafka(SuiteOptions options) {
    private static final String DRIVER = "io.millrace.bench.kafka.KafkaDriver";
    private static final Duration FORMAT_MAX = Duration.ofSeconds(60);
    private static final int MEASUREMENTS = 5;
    /** As its own start script has it. */
    private static final List<String> BROKER_MEMORY = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

    void measure(Notes notes) throws IOException, InterruptedException {
        var ground = options.ground();
        var folder = Files.createTempDirectory(ground.work(), "kafka-");
        int port = Ground.freePort();
        var properties = folder.resolve("server.properties");
        Files.writeString(properties, properties(port, Ground.freePort(), folder.resolve("log")));
        var format = new ArrayList<>(java(List.of()));
        format.addAll(List.of(
                "kafka.tools.StorageTool", "format", "-t", "bWlsbHJhY2UtYmVuY2gtMQ", "-c", properties.toString()));
        Child.run(ground, format, FORMAT_MAX);
        var command = new ArrayList<>(java(BROKER_MEMORY));
        command.addAll(List.of("kafka.Kafka", properties.toString()));
        try (var broker = Child.start(ground, command, Map.of())) {
            notes.attempt("Kafka: fsync before each answer", () -> drive(Names.KAFKA_FSYNC, port, broker, "1"));
            notes.attempt("Kafka: as it comes", () -> drive(Names.KAFKA, port, broker, ""));
            // One broker did both.
            for (var label : List.of(Names.KAFKA_FSYNC, Names.KAFKA)) {
                if (broker.residentPeakBytes().isPresent()) {
                    Figure.of(label, "resident, peak")
                            .with("bytes", broker.residentPeakBytes().getAsLong())
                            .appendTo(ground.rows());
                }
            }
            if (!broker.isAlive()) {
                throw new IOException("the broker ended; " + broker.lastWords());
            }
        } finally {
            Suite.delete(folder);
        }
    }

    /**
     * Once for as long as our own servers are driven before anything counts, then what counts.
     *
     * @param flushMessages after how many messages a partition is synced; empty leaves that to the system
     */
    private void drive(String label, int port, Child broker, String flushMessages)
            throws IOException, InterruptedException {
        if (!options.driven().isZero()) {
            var warmUp = command(label, port, broker, flushMessages);
            warmUp.addAll(List.of("--warm-up-seconds", "0"));
            warmUp.addAll(List.of("--seconds", Drivers.seconds(options.driven().toMillis()), "--repeats", "1"));
            var each = options.driven().multipliedBy(2).plus(options.waitMax(1));
            Child.run(options.ground(), warmUp, each.multipliedBy(MEASUREMENTS));
        }
        var command = command(label, port, broker, flushMessages);
        command.addAll(List.of(
                "--warm-up-seconds",
                Drivers.seconds(options.warmUp().toMillis()),
                "--seconds",
                Drivers.seconds(options.measured().toMillis()),
                "--repeats",
                Integer.toString(options.repeats()),
                "--json",
                options.ground().rows().toString()));
        Child.run(options.ground(), command, options.waitMax(MEASUREMENTS * options.repeats()));
    }

    private List<String> command(String label, int port, Child broker, String flushMessages) {
        var command = new ArrayList<>(java(List.of("-XX:+UseSerialGC")));
        command.addAll(List.of(
                DRIVER,
                "--server",
                label,
                "--bootstrap",
                "127.0.0.1:" + port,
                "--flush-messages",
                flushMessages,
                "--server-pid",
                Long.toString(broker.mainPid())));
        return command;
    }

    private List<String> java(List<String> memory) {
        var command = new ArrayList<>(List.of(Ground.java()));
        command.addAll(memory);
        command.addAll(List.of("-cp", options.kafkaClassPath()));
        return command;
    }

    private static String properties(int port, int controllerPort, Path log) {
        return """
                process.roles=broker,controller
                node.id=1
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                controller.listener.names=CONTROLLER
                controller.quorum.voters=1@127.0.0.1:%d
                log.dirs=%s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                """.formatted(port, controllerPort, port, controllerPort, log);
    }
}
