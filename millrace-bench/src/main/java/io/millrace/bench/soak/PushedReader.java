package io.millrace.bench.soak;

import io.millrace.bench.soak.Door.Opening;
import io.millrace.bench.soak.Door.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Reads a stream as a registered consumer, each shard on a thread of its own, until the sink has all of it. Whatever ends a
 * subscription (the server's end, five minutes, its own whim), the next goes on after the last continuation number.
 */
final class PushedReader {
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(100);
    private static final Duration SUBSCRIBE_AGAIN_AFTER = Duration.ofMillis(300);
    private static final Duration LASTS_AT_LEAST = Duration.ofSeconds(290);
    private static final int EVENTS_BEFORE_WHIM_MIN = 300;
    private static final int EVENTS_BEFORE_WHIM_END = 6_000;

    private final Door door;
    private final SoakedStream stream;
    private final RecordSink sink;
    private final SplittableRandom random;
    private final Findings findings;
    private final Family family = new Family();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long recordsSeen;
    private volatile boolean done;

    PushedReader(Door door, SoakedStream stream, RecordSink sink, SplittableRandom random, Findings findings) {
        this.door = door;
        this.stream = stream;
        this.sink = sink;
        this.random = random;
        this.findings = findings;
    }

    /** @throws SoakException if nothing comes for so long although something is missing */
    void run(Patience patience) throws InterruptedException {
        begin(stream.firstShardIds());
        try {
            long seen = 0;
            while (!sink.isComplete()) {
                if (recordsSeen > seen) {
                    seen = recordsSeen;
                    patience.renew();
                } else {
                    patience.spend("a subscriber of " + stream.name());
                }
                Thread.sleep(LOOK_AGAIN_AFTER);
            }
        } finally {
            hangUp();
        }
    }

    private synchronized void begin(List<String> shardIds) {
        family.begin(shardIds);
        shardIds.forEach(this::beginOne);
    }

    private synchronized void finish(String shardId, List<Family.Child> children) {
        family.finish(shardId, children).forEach(this::beginOne);
    }

    private void beginOne(String shardId) {
        if (!done) {
            var subscriber = new Subscriber(shardId, random.split());
            threads.add(Thread.ofVirtual().name("subscriber of " + shardId).start(subscriber::run));
        }
    }

    private synchronized void sawRecords(int count) {
        recordsSeen += count;
    }

    private void hangUp() throws InterruptedException {
        List<Thread> all;
        synchronized (this) {
            done = true;
            all = List.copyOf(threads);
        }
        all.forEach(Thread::interrupt);
        for (var thread : all) {
            thread.join();
        }
    }

    /** Reads one shard to its end. Owned by one thread. */
    private final class Subscriber {
        private final String shardId;
        private final SplittableRandom choices;
        private final ShardCheck check;
        private Optional<String> continuation = Optional.empty();
        private boolean finished;

        Subscriber(String shardId, SplittableRandom choices) {
            this.shardId = shardId;
            this.choices = choices;
            check = new ShardCheck(stream, shardId, sink, findings);
        }

        void run() {
            try {
                while (!finished && !done) {
                    subscribe();
                }
            } catch (InterruptedException _) {
                // The stream was read to its end.
            } catch (RuntimeException e) {
                findings.wrong("a subscriber of " + stream.name() + " " + shardId + " failed: " + e);
            }
        }

        private void subscribe() throws InterruptedException {
            var position = continuation
                    .map(number -> "\"Type\": \"AFTER_SEQUENCE_NUMBER\", \"SequenceNumber\": \"" + number + "\"")
                    .orElse("\"Type\": \"TRIM_HORIZON\"");
            switch (door.open("SubscribeToShard", """
                    {"ConsumerARN": "%s", "ShardId": "%s", "StartingPosition": {%s}}""".formatted(stream.consumerArn(), shardId, position))) {
                case Opening.Open(var messages, var since) -> read(messages, since);
                // It may take the server some seconds to notice that the one before is gone.
                case Opening.Closed(Outcome.Refusal refusal)
                when refusal.type().equals("ResourceInUseException") -> Thread.sleep(SUBSCRIBE_AGAIN_AFTER);
                case Opening.Closed(Outcome.Refusal(var type, var message)) ->
                    throw new SoakException("SubscribeToShard was refused: " + type + ": " + message);
                case Opening.Closed _ -> Thread.sleep(SUBSCRIBE_AGAIN_AFTER);
            }
        }

        private void read(InputStream in, Lives.Moment since) {
            findings.count("subscriptions");
            long began = System.nanoTime();
            int eventsBeforeWhim = choices.nextInt(EVENTS_BEFORE_WHIM_MIN, EVENTS_BEFORE_WHIM_END);
            try (var messages = new Messages(in)) {
                for (int events = 0; events < eventsBeforeWhim; events++) {
                    var message = messages.next();
                    if (message.isEmpty()) {
                        cleanEnd(began, since);
                        return;
                    }
                    take(message.get());
                    if (finished) {
                        return;
                    }
                }
                findings.count("subscriptions given up by the subscriber");
            } catch (IOException e) {
                if (!done) {
                    door.unanswered("subscription", e.toString(), since);
                }
            }
        }

        private void take(Messages.Message message) throws IOException {
            if (!message.isEvent()) {
                throw new IOException(message.type() + ": " + message.body());
            }
            if (!message.type().equals("SubscribeToShardEvent")) {
                return;
            }
            var event = Json.parse(message.body());
            int records = check.take(event);
            findings.count("pushed", records);
            sawRecords(records);
            continuation = event.text("ContinuationSequenceNumber");
            continuation.ifPresent(check::takeContinuation);
            var children = Family.Child.of(event);
            if (continuation.isEmpty() == children.isEmpty()) {
                throw new IOException("an event has a continuation number and children, or neither: " + message.body());
            }
            if (!children.isEmpty()) {
                finished = true;
                finish(shardId, children);
            }
        }

        private void cleanEnd(long began, Lives.Moment since) {
            if (System.nanoTime() - began > LASTS_AT_LEAST.toNanos()) {
                findings.count("subscriptions of five minutes");
            } else {
                door.unanswered("subscription", "it ended early", since);
            }
        }
    }
}
