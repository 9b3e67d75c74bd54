package io.millrace.bench.soak;

import io.millrace.bench.soak.Door.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Puts records of its own keys into one stream at an even pace, most of them alone and the others in batches. It has one
 * request on its way at a time and never repeats one, so that what it sent first must come first, and once. Owned by the thread that
 * runs it.
 */
final class Writer {
    private static final Duration ROOM_WAIT_MAX = Duration.ofSeconds(90);
    private static final Duration LAST_RECORD_MAX = Duration.ofSeconds(60);
    private static final Duration AGAIN_AFTER = Duration.ofMillis(100);
    private static final int SINGLES_OF_TEN = 9;
    private static final int BATCH_END_RECORDS = 201;
    private static final int DATA_END_BYTES = 2_000;
    private static final int LARGE_ONE_IN = 100;
    private static final int LARGE_END_BYTES = 100_000;

    private final Door door;
    private final SoakedStream stream;
    private final List<Integer> keys;
    private final double bytesPerSecond;
    private final SplittableRandom random;
    private final Findings findings;

    private record Sent(Payload payload, String base64) {
        String entry() {
            return "\"Data\": \"" + base64 + "\", \"PartitionKey\": \"" + payload.partitionKey() + "\"";
        }
    }

    Writer(
            Door door,
            SoakedStream stream,
            List<Integer> keys,
            double bytesPerSecond,
            SplittableRandom random,
            Findings findings) {
        this.door = door;
        this.stream = stream;
        this.keys = keys;
        this.bytesPerSecond = bytesPerSecond;
        this.random = random;
        this.findings = findings;
    }

    /** Puts as long as it may go on, and then of each key a last record that is acknowledged. */
    void run(BooleanSupplier goesOn) throws InterruptedException {
        long next = System.nanoTime();
        while (goesOn.getAsBoolean()) {
            if (!stream.ledger().awaitRoom(ROOM_WAIT_MAX)) {
                throw new SoakException("lost or stuck: the readers of " + stream.name() + " don't catch up");
            }
            int bytes = random.nextInt(10) < SINGLES_OF_TEN ? putOne(anyKey()) : putBatch();
            // What was missed while the server was away is not made up for.
            next = Math.max(next, System.nanoTime() - AGAIN_AFTER.toNanos()) + (long) (bytes / bytesPerSecond * 1e9);
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
        for (int key : keys) {
            putLast(key);
        }
    }

    private void putLast(int key) throws InterruptedException {
        var patience = new Patience(LAST_RECORD_MAX);
        while (putOne(key) == 0) {
            patience.spend("a writer of " + stream.name());
            Thread.sleep(AGAIN_AFTER);
        }
    }

    /** @return how many bytes were acknowledged */
    private int putOne(int key) throws InterruptedException {
        var sent = next(key);
        var body = "{\"StreamName\": \"" + stream.name() + "\", " + sent.entry() + "}";
        return switch (door.call("PutRecord", body)) {
            case Outcome.Success(var answer) -> {
                acknowledge(sent, answer);
                yield sent.base64().length() / 4 * 3;
            }
            case Outcome.Refusal(var type, var message) -> {
                refuse(List.of(sent), type, message);
                yield 0;
            }
            case Outcome.Unknown _ -> {
                doubt(List.of(sent));
                yield 0;
            }
        };
    }

    private int putBatch() throws InterruptedException {
        var batch = new ArrayList<Sent>();
        var body = new StringBuilder("{\"StreamName\": \"" + stream.name() + "\", \"Records\": [");
        for (int count = random.nextInt(1, BATCH_END_RECORDS); count > 0; count--) {
            var sent = next(anyKey());
            body.append(batch.isEmpty() ? "{" : ", {").append(sent.entry()).append('}');
            batch.add(sent);
        }
        return switch (door.call("PutRecords", body.append("]}").toString())) {
            case Outcome.Success(var answer) -> acknowledge(batch, answer.list("Records"));
            case Outcome.Refusal(var type, var message) -> {
                refuse(batch, type, message);
                yield 0;
            }
            case Outcome.Unknown _ -> {
                doubt(batch);
                yield 0;
            }
        };
    }

    private int acknowledge(List<Sent> batch, List<Json> results) {
        if (results.size() != batch.size()) {
            throw new SoakException("PutRecords of " + batch.size() + " records was answered for " + results.size());
        }
        int bytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            var sent = batch.get(i);
            var error = results.get(i).text("ErrorCode");
            if (error.isEmpty()) {
                acknowledge(sent, results.get(i));
                bytes += sent.base64().length() / 4 * 3;
            } else {
                findings.count("refused: record of PutRecords " + error.get());
                doubt(List.of(sent));
            }
        }
        return bytes;
    }

    private void acknowledge(Sent sent, Json result) {
        findings.count("acknowledged");
        var where = new Where(result.need("ShardId"), result.need("SequenceNumber"));
        stream.ledger().acknowledge(sent.payload().key(), sent.payload().number(), where);
    }

    private void refuse(List<Sent> batch, String type, String message) {
        findings.wrong("a put into " + stream.name() + " was refused: " + type + ": " + message);
        for (var sent : batch) {
            stream.ledger().refuse(sent.payload().key(), sent.payload().number());
        }
    }

    private void doubt(List<Sent> batch) {
        findings.count("in doubt", batch.size());
        for (var sent : batch) {
            stream.ledger().doubt(sent.payload().key(), sent.payload().number());
        }
    }

    private Sent next(int key) {
        var payload = new Payload(stream.incarnation(), key, stream.ledger().send(key));
        int endBytes = random.nextInt(LARGE_ONE_IN) == 0 ? LARGE_END_BYTES : DATA_END_BYTES;
        return new Sent(payload, payload.base64(random.nextInt(Payload.BYTES_MIN, endBytes), random));
    }

    private int anyKey() {
        return keys.get(random.nextInt(keys.size()));
    }
}
