package io.millrace.bench.push;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.bench.latency.Latencies;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Prints one row of a Markdown table: how fast records that are put reach subscribers. Leaves with 1 when a record was
 * missing, out of order or there twice.
 */
public final class PushDriver {
    private static final String HEAD = """
            | Server | Shards | Subscribers | Put | Records/s in | Events' records/s out | MB/s out | put→answer p50 ms | p99 | put→event p50 ms | p99 | p99.9 | Errors |
            | --- | --: | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |""";
    private static final Pattern CONSUMER_ARN = Pattern.compile("\"ConsumerARN\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern STREAM_ARN = Pattern.compile("\"StreamARN\"\\s*:\\s*\"([^\"]+)\"");
    private static final Duration ARRIVE_MAX = Duration.ofSeconds(30);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(20);
    private static final int WRONG_ANSWERS = 1;
    private static final int WRONG_USAGE = 2;

    private final PushOptions options;
    private final Http control;
    private final String stream = "bench-push-" + ThreadLocalRandom.current().nextInt(1 << 30);
    private final List<String> errors = new ArrayList<>();

    private PushDriver(PushOptions options) throws IOException {
        this.options = options;
        control = new Http(options.endpoint());
    }

    public static void main(String[] words) throws InterruptedException {
        try {
            System.exit(new PushDriver(PushOptions.parse(new Arguments(words))).drive() ? 0 : WRONG_ANSWERS);
        } catch (IOException e) {
            System.err.println("the server can't be driven: " + e);
            System.exit(WRONG_ANSWERS);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(PushOptions.USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    private boolean drive() throws IOException, InterruptedException {
        control.call("CreateStream", """
                {"StreamName": "%s", "ShardCount": %d}""".formatted(stream, options.shards()));
        try {
            var streamArn = await("DescribeStreamSummary", "{\"StreamName\": \"" + stream + "\"}", STREAM_ARN);
            measure(subscribe(streamArn));
        } finally {
            control.call("DeleteStream", """
                    {"StreamName": "%s", "EnforceConsumerDeletion": true}""".formatted(stream));
        }
        errors.stream().limit(5).forEach(System.err::println);
        return errors.isEmpty();
    }

    private List<List<Subscriber>> subscribe(String streamArn) throws IOException, InterruptedException {
        var subscribed = new CountDownLatch(options.shards() * options.consumers());
        var byShard = new ArrayList<List<Subscriber>>();
        for (int shard = 0; shard < options.shards(); shard++) {
            byShard.add(new ArrayList<>());
        }
        for (int consumer = 0; consumer < options.consumers(); consumer++) {
            var registration = """
                    {"StreamARN": "%s", "ConsumerName": "bench-%d"}""".formatted(streamArn, consumer);
            control.call("RegisterStreamConsumer", registration);
            var consumerArn = await("DescribeStreamConsumer", registration, CONSUMER_ARN);
            for (int shard = 0; shard < options.shards(); shard++) {
                byShard.get(shard)
                        .add(new Subscriber(
                                options.endpoint(),
                                consumerArn,
                                "shardId-%012d".formatted(shard),
                                options.recordBytes(),
                                subscribed));
            }
        }
        if (!subscribed.await(ARRIVE_MAX.toSeconds(), TimeUnit.SECONDS)) {
            errors.add("not everyone was subscribed within " + ARRIVE_MAX);
        }
        return byShard;
    }

    /** Asks until what is described is ACTIVE, and takes its ARN from the answer. */
    private String await(String operation, String json, Pattern arn) throws IOException, InterruptedException {
        var answer = control.call(operation, json);
        while (!answer.contains("\"ACTIVE\"")) {
            Thread.sleep(ASK_AGAIN_AFTER);
            answer = control.call(operation, json);
        }
        var found = arn.matcher(answer);
        if (!found.find()) {
            throw new IOException(operation + " names no ARN: " + answer);
        }
        return found.group(1);
    }

    private void measure(List<List<Subscriber>> subscribers) throws IOException, InterruptedException {
        var putters = new ArrayList<Putter>();
        for (int shard = 0; shard < options.shards(); shard++) {
            putters.add(new Putter(options.endpoint(), stream, shard, options));
        }
        long begin = System.nanoTime() + options.warmUp().toNanos();
        subscribers.forEach(ofShard -> ofShard.forEach(subscriber -> subscriber.measureFrom(begin)));
        putters.forEach(Putter::start);
        for (var putter : putters) {
            putter.join();
        }
        double putSeconds = (System.nanoTime() - begin) / 1e9;
        awaitArrival(putters, subscribers);
        double seconds = (System.nanoTime() - begin) / 1e9;

        var putToAnswer = new Latencies();
        long in = 0;
        for (var putter : putters) {
            putToAnswer.add(putter.putToAnswer());
            in += putter.recordsMeasured();
            note(putter.failure());
        }
        var putToEvent = new Latencies();
        long out = 0;
        for (int shard = 0; shard < options.shards(); shard++) {
            for (var subscriber : subscribers.get(shard)) {
                subscriber.stop();
                note(subscriber.failure());
                if (subscriber.records() != putters.get(shard).records()) {
                    errors.add("a subscriber of shard " + shard + " was pushed " + subscriber.records() + " records of "
                            + putters.get(shard).records());
                }
                putToEvent.add(subscriber.sincePut());
                out += subscriber.sincePut().count();
            }
        }
        System.out.println(HEAD);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d x %d B%s | %,.0f | %,.0f | %,.1f | %.2f | %.2f | %.2f | %.2f | %.2f | %d |%n",
                options.server(),
                options.shards(),
                options.shards() * options.consumers(),
                options.batchRecords(),
                options.recordBytes(),
                options.batchesPerSecond() == 0 ? "" : " at " + options.batchesPerSecond() + "/s",
                in / putSeconds,
                out / seconds,
                out * (double) options.recordBytes() / seconds / 1e6,
                millis(putToAnswer.percentile(50)),
                millis(putToAnswer.percentile(99)),
                millis(putToEvent.percentile(50)),
                millis(putToEvent.percentile(99)),
                millis(putToEvent.percentile(99.9)),
                errors.size());
        if (options.jsonLines().isPresent()) {
            figure(in / putSeconds, out / seconds, seconds, putToAnswer, putToEvent)
                    .appendTo(options.jsonLines().get());
        }
    }

    private Figure figure(double in, double out, double seconds, Latencies putToAnswer, Latencies putToEvent) {
        return Figure.of(
                        options.server(),
                        options.batchesPerSecond() == 0
                                ? "fan-out to " + options.consumers() + " consumers"
                                : "put to event")
                .with("encoding", "JSON")
                .with("shards", options.shards())
                .with("connections", (long) options.shards() * options.consumers())
                .with("measured_seconds", seconds)
                .with("records_per_second", out)
                .with("payload_bytes_per_second", out * options.recordBytes())
                .with("requests_per_second", in / options.batchRecords())
                .with("answer_p50_nanos", putToAnswer.percentile(50).toNanos())
                .with("answer_p99_nanos", putToAnswer.percentile(99).toNanos())
                .with("errors", errors.size())
                .with(putToEvent);
    }

    private void note(String failure) {
        if (!failure.isEmpty()) {
            errors.add(failure);
        }
    }

    private static void awaitArrival(List<Putter> putters, List<List<Subscriber>> subscribers)
            throws InterruptedException {
        long giveUpAt = System.nanoTime() + ARRIVE_MAX.toNanos();
        for (int shard = 0; shard < putters.size(); shard++) {
            for (var subscriber : subscribers.get(shard)) {
                while (subscriber.records() < putters.get(shard).records() && System.nanoTime() < giveUpAt) {
                    Thread.sleep(1);
                }
            }
        }
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
