package io.millrace.bench.soak;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was put into one stream and what its readers have to find there: of each key everything acknowledged, once and in
 * order, at the place that the answer named; nothing that was refused; of what nobody answered either nothing or the whole
 * record, and the same for all readers. Forgets a record as soon as all readers have passed it, and lets the writers wait
 * where readers fall behind, so that it stays small however long it is used.
 *
 * <p>Each key has one writer, which has one request on its way at a time. All of them and the readers share this under its lock.
 */
final class Ledger {
    private static final int UNREAD_MAX_RECORDS = 50_000;

    private final String stream;
    private final Findings findings;
    private final Lane[] lanes;
    private final int readers;
    private final Digest[] firstDigests;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private int unread;
    private long passed;
    private boolean closed;

    private enum Promise {
        SENT,
        ACKNOWLEDGED,
        DOUBTFUL,
        REFUSED
    }

    private enum Found {
        NOT_YET,
        THERE,
        ABSENT
    }

    private static final class Entry {
        private Promise promise = Promise.SENT;
        private Found found = Found.NOT_YET;
        private Optional<Where> where = Optional.empty();
    }

    /** The records of one key that some reader has yet to pass, and how far each reader is. */
    private static final class Lane {
        private final Map<Long, Entry> unread = new HashMap<>();
        private final long[] next;
        private long oldest;
        private long nextToSend;

        Lane(int readers) {
            next = new long[readers];
        }
    }

    Ledger(String stream, int keys, int readers, Findings findings) {
        this.stream = stream;
        this.findings = findings;
        this.readers = readers;
        lanes = new Lane[keys];
        firstDigests = new Digest[keys];
        for (int key = 0; key < keys; key++) {
            lanes[key] = new Lane(readers);
            firstDigests[key] = new Digest();
        }
    }

    int keys() {
        return lanes.length;
    }

    /**
     * Waits until the readers have caught up a bit.
     *
     * @return whether they did
     */
    boolean awaitRoom(Duration waitMax) throws InterruptedException {
        lock.lock();
        try {
            long left = waitMax.toNanos();
            while (unread >= UNREAD_MAX_RECORDS && left > 0) {
                left = room.awaitNanos(left);
            }
            return left > 0;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the key's next record, which is about to be sent. */
    long send(int key) {
        lock.lock();
        try {
            long number = lanes[key].nextToSend++;
            lanes[key].unread.put(number, new Entry());
            unread++;
            return number;
        } finally {
            lock.unlock();
        }
    }

    void acknowledge(int key, long number, Where where) {
        lock.lock();
        try {
            var entry = lanes[key].unread.get(number);
            if (entry == null) {
                findings.wrong(
                        name(key, number) + " was acknowledged at " + where + " after all readers had passed it");
                return;
            }
            entry.promise = Promise.ACKNOWLEDGED;
            if (entry.found == Found.ABSENT) {
                findings.wrong("lost: " + name(key, number) + " was acknowledged at " + where + " and passed over");
            }
            settle(entry, key, number, where);
            forget(lanes[key]);
        } finally {
            lock.unlock();
        }
    }

    /** Nobody knows whether it is there. */
    void doubt(int key, long number) {
        answerWith(Promise.DOUBTFUL, key, number);
    }

    /** The answer said that it is not there. */
    void refuse(int key, long number) {
        answerWith(Promise.REFUSED, key, number);
    }

    private void answerWith(Promise promise, int key, long number) {
        lock.lock();
        try {
            var entry = lanes[key].unread.get(number);
            if (entry == null) {
                return;
            }
            entry.promise = promise;
            if (promise == Promise.REFUSED && entry.found == Found.THERE) {
                findings.wrong(name(key, number) + " was refused and is there");
            }
            forget(lanes[key]);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will be sent any more, and the last of each key is acknowledged. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** What the reader of this index has to be given. */
    RecordSink reader(int reader) {
        assert reader < readers : reader;
        return new RecordSink() {
            @Override
            public void take(int key, long number, Where where) {
                read(reader, key, number, where);
            }

            @Override
            public boolean isComplete() {
                return isDrained(reader);
            }
        };
    }

    /** Of each key what the first reader has read, which any later reading of the whole stream has to repeat. */
    Digest[] digests() {
        lock.lock();
        try {
            return firstDigests.clone();
        } finally {
            lock.unlock();
        }
    }

    /** How many records all readers have passed. */
    long passed() {
        lock.lock();
        try {
            return passed;
        } finally {
            lock.unlock();
        }
    }

    private void read(int reader, int key, long number, Where where) {
        lock.lock();
        try {
            var lane = lanes[key];
            if (number >= lane.nextToSend) {
                findings.wrong(name(key, number) + " is at " + where + " and was never sent");
                return;
            }
            if (number < lane.next[reader]) {
                findings.wrong("twice or out of order: reader " + reader + " was given " + name(key, number) + " at "
                        + where + " after number " + (lane.next[reader] - 1));
                return;
            }
            for (long missing = lane.next[reader]; missing < number; missing++) {
                passOver(lane, reader, key, missing);
            }
            find(lane, reader, key, number, where);
            lane.next[reader] = number + 1;
            if (reader == 0) {
                firstDigests[key] = firstDigests[key].with(number, where);
            }
            forget(lane);
        } finally {
            lock.unlock();
        }
    }

    private void passOver(Lane lane, int reader, int key, long number) {
        var entry = entry(lane, number);
        if (entry.promise == Promise.ACKNOWLEDGED) {
            findings.wrong(
                    "lost: reader " + reader + " was not given " + name(key, number) + ", which was acknowledged at "
                            + entry.where.map(Where::toString).orElse("?"));
        } else if (entry.found == Found.THERE) {
            findings.wrong("reader " + reader + " was not given " + name(key, number) + ", which another was given at "
                    + entry.where.map(Where::toString).orElse("?"));
        }
        entry.found = Found.ABSENT;
    }

    private void find(Lane lane, int reader, int key, long number, Where where) {
        var entry = entry(lane, number);
        if (entry.promise == Promise.REFUSED) {
            findings.wrong(name(key, number) + " was refused and is at " + where);
        }
        if (entry.found == Found.ABSENT) {
            findings.wrong("reader " + reader + " was given " + name(key, number) + " at " + where
                    + ", which another was not given");
        }
        entry.found = Found.THERE;
        settle(entry, key, number, where);
    }

    private void settle(Entry entry, int key, long number, Where where) {
        var before = entry.where;
        if (before.isPresent() && !before.get().equals(where)) {
            findings.wrong(name(key, number) + " is at " + where + " and at " + before.get());
        }
        entry.where = Optional.of(where);
    }

    private static Entry entry(Lane lane, long number) {
        var entry = lane.unread.get(number);
        assert entry != null : number + " of a lane whose oldest is " + lane.oldest;
        return entry;
    }

    /** Drops what has its answer and was passed by all readers. */
    private void forget(Lane lane) {
        while (lane.oldest < lane.nextToSend && isSettled(lane, lane.oldest)) {
            lane.unread.remove(lane.oldest++);
            unread--;
            passed++;
        }
        room.signalAll();
    }

    private static boolean isSettled(Lane lane, long number) {
        for (long next : lane.next) {
            if (next <= number) {
                return false;
            }
        }
        return entry(lane, number).promise != Promise.SENT;
    }

    private boolean isDrained(int reader) {
        lock.lock();
        try {
            if (!closed) {
                return false;
            }
            for (var lane : lanes) {
                if (lane.next[reader] < lane.nextToSend) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private String name(int key, long number) {
        return "record " + number + " of key-" + key + " in " + stream;
    }

    /** How many records it still knows. */
    int unread() {
        lock.lock();
        try {
            return unread;
        } finally {
            lock.unlock();
        }
    }

    /** Stands for a sequence of records: how many they are, the last one's number and a hash of all with their places. */
    record Digest(long count, long last, long hash) {
        Digest() {
            this(0, -1, 0);
        }

        Digest with(long number, Where where) {
            long mixed = (hash ^ number ^ ((long) where.hashCode() << 20)) * 0x9e3779b97f4a7c15L;
            return new Digest(count + 1, number, mixed ^ mixed >>> 29);
        }
    }
}
