package io.millrace.bench.kafka;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Drives a broker and appends a figure for each scenario. Leaves with 1 when a record was lost, wrong or refused. */
public final class KafkaDriver {
    private static final int WRONG_ANSWERS = 1;
    private static final int WRONG_USAGE = 2;
    private static final int PARTITIONS = 4;
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

    private final KafkaOptions options;
    private final Admin admin;
    private boolean clean = true;

    private KafkaDriver(KafkaOptions options, Admin admin) {
        this.options = options;
        this.admin = admin;
    }

    public static void main(String[] words) throws InterruptedException {
        try {
            var options = KafkaOptions.parse(new Arguments(words));
            var properties = new Properties();
            properties.put("bootstrap.servers", options.bootstrap());
            properties.put("default.api.timeout.ms", (int) ANSWERS_WITHIN.toMillis());
            try (var admin = Admin.create(properties)) {
                System.exit(new KafkaDriver(options, admin).drive() ? 0 : WRONG_ANSWERS);
            }
        } catch (IOException | ExecutionException e) {
            System.err.println("the broker can't be driven: " + e);
            System.exit(WRONG_ANSWERS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(KafkaOptions.USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    private boolean drive() throws IOException, InterruptedException, ExecutionException {
        admin.describeCluster().clusterId().get();
        for (int repeat = 0; repeat < options.repeats(); repeat++) {
            on("batches-" + repeat, PARTITIONS, scenario -> scenario.batches(8, 500, 1024));
            on("singles-" + repeat, PARTITIONS, scenario -> scenario.singles(64, 100));
            on("pipelined-" + repeat, PARTITIONS, scenario -> scenario.pipelined(1024));
            on("drain-" + repeat, PARTITIONS, scenario -> scenario.drain(PARTITIONS, 1024));
            on("follow-" + repeat, 1, scenario -> scenario.follow(1000, 100));
        }
        return clean;
    }

    private interface Use {
        Figure of(Scenarios scenario) throws InterruptedException;
    }

    private void on(String topic, int partitions, Use use)
            throws IOException, InterruptedException, ExecutionException {
        var name = options.flushMessages().isEmpty() ? topic : topic + "-flushed";
        var created = new NewTopic(name, Optional.of(partitions), Optional.of((short) 1));
        if (!options.flushMessages().isEmpty()) {
            created.configs(Map.of("flush.messages", options.flushMessages()));
        }
        admin.createTopics(Set.of(created)).all().get();
        try {
            var figure = use.of(new Scenarios(options, name));
            System.out.println(figure.json());
            if (options.jsonLines().isPresent()) {
                figure.appendTo(options.jsonLines().get());
            }
            if (figure.number("errors").orElse(0) > 0) {
                clean = false;
                System.err.println(figure.text("scenario") + ": " + figure.text("first_error"));
            }
        } finally {
            admin.deleteTopics(Set.of(name)).all().get();
        }
    }
}
