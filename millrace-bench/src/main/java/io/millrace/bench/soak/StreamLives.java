package io.millrace.bench.soak;

import io.millrace.bench.soak.Door.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The lives of one stream name: a stream is created, filled, resharded and read at the same time, read once more from its beginning,
 * and deleted; then the next one of the same name, in which nothing of the one before may turn up. Owned by the thread that runs it.
 */
final class StreamLives {
    private static final int LIFE_MIN_SECONDS = 40;
    private static final int LIFE_END_SECONDS = 180;
    private static final Duration WORTH_A_LIFE = Duration.ofSeconds(10);
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(60);
    private static final Duration STATE_WAIT_MAX = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(100);
    private static final String CONSUMER = "soak-consumer";
    private static final int WRITERS = 3;
    private static final int KEYS_OF_A_WRITER = 8;
    private static final int POLLING = 0;
    private static final int PUSHED = 1;
    private static final int READERS = 2;
    private static final int SHARDS_END = 4;

    private final String name;
    private final String named;
    private final Door door;
    private final double bytesPerSecond;
    private final SplittableRandom random;
    private final Findings findings;

    StreamLives(String name, Door door, double bytesPerSecond, SplittableRandom random, Findings findings) {
        this.name = name;
        this.named = "{\"StreamName\": \"" + name + "\"";
        this.door = door;
        this.bytesPerSecond = bytesPerSecond;
        this.random = random;
        this.findings = findings;
    }

    /** Begins no life that would go on after that moment; what is checked at the end of one takes a while longer. */
    void run(long endsAtNanos) {
        try {
            for (long incarnation = 1; ; incarnation++) {
                var left = Duration.ofNanos(endsAtNanos - System.nanoTime());
                if (left.compareTo(WORTH_A_LIFE) < 0) {
                    return;
                }
                var wanted = Duration.ofSeconds(random.nextInt(LIFE_MIN_SECONDS, LIFE_END_SECONDS));
                live(create(incarnation), wanted.compareTo(left) < 0 ? wanted : left);
                delete();
                findings.count("streams");
            }
        } catch (InterruptedException e) {
            findings.wrong("the lives of " + name + " were interrupted");
        } catch (RuntimeException e) {
            findings.wrong("the lives of " + name + " ended: " + e);
        }
    }

    private SoakedStream create(long incarnation) throws InterruptedException {
        boolean isAcknowledged = create();
        var arn = awaitActive(isAcknowledged);
        var consumerArn = register(arn);
        var shardIds = door.need("ListShards", named + "}").list("Shards").stream()
                .map(shard -> shard.need("ShardId"))
                .toList();
        var ledger = new Ledger(name + " (" + incarnation + ")", WRITERS * KEYS_OF_A_WRITER, READERS, findings);
        return new SoakedStream(name, consumerArn, incarnation, shardIds, ledger);
    }

    /** @return whether the server has said so */
    private boolean create() throws InterruptedException {
        var body = named + ", \"ShardCount\": " + random.nextInt(1, SHARDS_END) + "}";
        return switch (door.insist("CreateStream", body)) {
            case Outcome.Success _ -> true;
            // An attempt that nobody answered may have been made.
            case Outcome.Refusal refusal when refusal.type().equals("ResourceInUseException") -> false;
            case Outcome.Refusal(var type, var message) ->
                throw new SoakException("CreateStream was refused: " + type + ": " + message);
            case Outcome.Unknown _ -> throw new AssertionError("insisted");
        };
    }

    private String awaitActive(boolean isAcknowledged) throws InterruptedException {
        var patience = new Patience(STATE_WAIT_MAX);
        while (true) {
            switch (door.insist("DescribeStreamSummary", named + "}")) {
                case Outcome.Success(var answer) -> {
                    var summary = answer.member("StreamDescriptionSummary").orElseThrow();
                    if (summary.need("StreamStatus").equals("ACTIVE")) {
                        return summary.need("StreamARN");
                    }
                }
                case Outcome.Refusal(var type, var message) ->
                    throw new SoakException(
                            (isAcknowledged ? "an acknowledged stream was lost: " : "a stream is not there: ") + type
                                    + ": " + message);
                case Outcome.Unknown _ -> throw new AssertionError("insisted");
            }
            patience.spend("whoever created " + name);
            Thread.sleep(ASK_AGAIN_AFTER);
        }
    }

    private String register(String streamArn) throws InterruptedException {
        var consumer = """
                {"StreamARN": "%s", "ConsumerName": "%s"}""".formatted(streamArn, CONSUMER);
        if (door.insist("RegisterStreamConsumer", consumer) instanceof Outcome.Refusal(var type, var message)
                && !type.equals("ResourceInUseException")) {
            throw new SoakException("RegisterStreamConsumer was refused: " + type + ": " + message);
        }
        var patience = new Patience(STATE_WAIT_MAX);
        while (true) {
            var description = door.need("DescribeStreamConsumer", consumer)
                    .member("ConsumerDescription")
                    .orElseThrow();
            if (description.need("ConsumerStatus").equals("ACTIVE")) {
                return description.need("ConsumerARN");
            }
            patience.spend("whoever registered a consumer of " + name);
            Thread.sleep(ASK_AGAIN_AFTER);
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void live(SoakedStream stream, Duration duration) throws InterruptedException {
        var ledger = stream.ledger();
        var failed = new AtomicBoolean();
        var polling = new PollingReader(door, stream, ledger.reader(POLLING), findings);
        var pushed = new PushedReader(door, stream, ledger.reader(PUSHED), random.split(), findings);
        var readers = List.of(
                start("polling reader", failed, () -> polling.run(new Patience(PATIENCE_MAX))),
                start("subscriber", failed, () -> pushed.run(new Patience(PATIENCE_MAX))));
        var resharder = new Resharder(door, stream, random.split());
        var resharding = start("resharder", failed, resharder::run);

        long endsAt = System.nanoTime() + duration.toNanos();
        var writers = new ArrayList<Thread>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int firstKey = writer * KEYS_OF_A_WRITER;
            var keys = IntStream.range(firstKey, firstKey + KEYS_OF_A_WRITER)
                    .boxed()
                    .toList();
            var one = new Writer(door, stream, keys, bytesPerSecond / WRITERS, random.split(), findings);
            writers.add(start("writer", failed, () -> one.run(() -> System.nanoTime() < endsAt && !failed.get())));
        }
        join(writers);
        resharding.interrupt();
        resharding.join();
        ledger.close();
        join(readers);
        findings.count("passed by both readers", ledger.passed());
        if (!failed.get()) {
            readAgain(stream);
        }
    }

    private Thread start(String role, AtomicBoolean failed, Work work) {
        return Thread.ofVirtual().name(role + " of " + name).start(() -> {
            try {
                work.run();
            } catch (InterruptedException _) {
                // It has done enough.
            } catch (RuntimeException e) {
                failed.set(true);
                findings.wrong("a " + role + " of " + name + " ended: " + e);
            }
        });
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (var thread : threads) {
            thread.join();
        }
    }

    /** From the disk, for the most part. */
    private void readAgain(SoakedStream stream) throws InterruptedException {
        var again = new SecondReading(name, stream.ledger().digests(), findings);
        new PollingReader(door, stream, again, findings).run(new Patience(PATIENCE_MAX));
        findings.count("read again", again.count());
    }

    private void delete() throws InterruptedException {
        var deletion = named + ", \"EnforceConsumerDeletion\": true}";
        boolean isAcknowledged = door.call("DeleteStream", deletion) instanceof Outcome.Success;
        var patience = new Patience(STATE_WAIT_MAX);
        while (door.insist("DescribeStreamSummary", named + "}") instanceof Outcome.Success(var answer)) {
            var status = answer.member("StreamDescriptionSummary").orElseThrow().need("StreamStatus");
            if (!status.equals("DELETING")) {
                if (isAcknowledged) {
                    findings.wrong("the deletion of " + name + " was acknowledged, and it is " + status);
                }
                isAcknowledged = door.call("DeleteStream", deletion) instanceof Outcome.Success;
            }
            patience.spend("whoever deleted " + name);
            Thread.sleep(ASK_AGAIN_AFTER);
        }
    }
}
