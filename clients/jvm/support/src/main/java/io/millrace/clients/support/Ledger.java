package io.millrace.clients.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Which of the numbered records a library has handed to its user, in which order and from which shard. Any thread may write
 * to it.
 */
public final class Ledger {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Integer> timesByNumber = new ConcurrentHashMap<>();

    /** A record that was processed. */
    public record Entry(String shardId, int number) {}

    public synchronized void processed(String shardId, int number) {
        entries.add(new Entry(shardId, number));
        timesByNumber.merge(number, 1, Integer::sum);
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Waits until each of the first {@code count} records has been processed at least once. */
    public void awaitFirst(int count) {
        Await.until(
                () -> "records 0 to " + (count - 1) + " are processed; missing: " + missing(count),
                () -> missing(count).isEmpty());
    }

    /** Waits until anything at all has been processed. */
    public void awaitAny() {
        Await.until("a record is processed", () -> !timesByNumber.isEmpty());
    }

    private TreeSet<Integer> missing(int count) {
        var missing = new TreeSet<Integer>();
        IntStream.range(0, count)
                .filter(number -> !timesByNumber.containsKey(number))
                .forEach(missing::add);
        return missing;
    }

    /** How often each record was processed that was processed more than once. */
    public Map<Integer, Integer> repeated() {
        var repeated = new HashMap<>(timesByNumber);
        repeated.values().removeIf(times -> times == 1);
        return repeated;
    }

    /** The numbers in the order in which one shard's records were processed. */
    public List<Integer> numbersOf(String shardId) {
        return entries().stream()
                .filter(entry -> entry.shardId().equals(shardId))
                .map(Entry::number)
                .toList();
    }
}
