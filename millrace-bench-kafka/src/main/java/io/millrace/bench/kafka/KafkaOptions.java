package io.millrace.bench.kafka;

import io.millrace.bench.arguments.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to drive, and how hard.
 *
 * @param flushMessages the topics' {@code flush.messages}: 1 is an fsync before each answer; empty leaves it to the system
 */
record KafkaOptions(
        String bootstrap,
        String server,
        String flushMessages,
        OptionalLong serverPid,
        Duration warmUp,
        Duration measured,
        int repeats,
        Optional<Path> jsonLines) {
    static final String USAGE = """
            KafkaDriver --bootstrap HOST:PORT [options]
              --server NAME          what the rows call it                      (Kafka)
              --flush-messages N     of the topics it creates
              --server-pid PID       tells the broker's CPU time too
              --warm-up-seconds N    before measuring                           (3)
              --seconds N            measured                                   (10)
              --repeats N            rounds of all scenarios                    (1)
              --json FILE            appends a line of JSON for each row
            """;

    static KafkaOptions parse(Arguments arguments) {
        var options = new KafkaOptions(
                arguments.take("--bootstrap").orElseThrow(() -> new IllegalArgumentException("--bootstrap is missing")),
                arguments.take("--server").orElse("Kafka"),
                arguments.take("--flush-messages").orElse(""),
                arguments
                        .take("--server-pid")
                        .map(pid -> OptionalLong.of(Long.parseLong(pid)))
                        .orElse(OptionalLong.empty()),
                arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(3)),
                arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(10)),
                arguments.takeInt("--repeats").orElse(1),
                arguments.take("--json").map(Path::of));
        arguments.refuseTheRest();
        return options;
    }
}
