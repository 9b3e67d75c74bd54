package io.millrace.firehose.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker of Apache Kafka that is its own controller, in a process of its own. */
public final class KafkaBroker implements AutoCloseable {
    private final Path properties;
    private final Path output;
    private final int port;
    private Process process;

    private KafkaBroker(Path properties, Path output, int port, Process process) {
        this.properties = properties;
        this.output = output;
        this.port = port;
        this.process = process;
    }

    public static KafkaBroker start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        var properties = folder.resolve("server.properties");
        var output = folder.resolve("broker.txt");
        Files.writeString(properties, properties(port, freePort(), folder.resolve("log")));
        var format = java(
                output,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                "bWlsbHJhY2UtdGVzdHMtMQ",
                "-c",
                properties.toString());
        if (format.waitFor() != 0) {
            throw new IOException(Files.readString(output));
        }
        return new KafkaBroker(properties, output, port, java(output, "kafka.Kafka", properties.toString()));
    }

    private static Process java(Path output, String... command) throws IOException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path")));
        words.addAll(List.of(command));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** On the same port, with the data that it had. */
    public void startAgain() throws IOException {
        process = java(output, "kafka.Kafka", properties.toString());
    }

    /** SIGKILL; its port and its folder are free when this returns. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                """.formatted(port, controllerPort, port, controllerPort, log);
    }
}
