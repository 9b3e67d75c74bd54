package io.millrace.clients.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of the numbered records a library has handed to its user, in which order and from which shard. Any thread may write
 * to it.
 */
public final class Ledger implements Witness {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Integer> timesByNumber = new HashMap<>();
    private final Set<Integer> checkpointed = new HashSet<>();

    /** A record that was processed. */
    public record Entry(String shardId, int number) {}

    @Override
    public synchronized void processed(String shardId, int number) {
        entries.add(new Entry(shardId, number));
        timesByNumber.merge(number, 1, Integer::sum);
    }

    @Override
    public synchronized void checkpointed(List<Integer> numbers) {
        checkpointed.addAll(numbers);
    }

    /** Waits until each of the first {@code count} records has been processed at least once. */
    public void awaitFirst(int count) {
        Await.until(
                () -> "all of " + count + " records are processed; missing: " + missing(count),
                () -> missing(count).isEmpty());
    }

    /** Waits until a checkpoint has been taken. */
    public void awaitCheckpoint() {
        Await.until("a checkpoint is taken", () -> !checkpointed().isEmpty());
    }

    /** Waits until anything at all has been processed. */
    public void awaitAny() {
        Await.until("a record is processed", () -> !entries().isEmpty());
    }

    private synchronized TreeSet<Integer> missing(int count) {
        var missing = new TreeSet<Integer>();
        IntStream.range(0, count)
                .filter(number -> !timesByNumber.containsKey(number))
                .forEach(missing::add);
        return missing;
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** All numbers in the order in which they were processed. */
    public List<Integer> numbers() {
        return entries().stream().map(Entry::number).toList();
    }

    public synchronized Set<Integer> checkpointed() {
        return Set.copyOf(checkpointed);
    }

    /** The numbers in the order in which one shard's records were processed. */
    public List<Integer> numbersOf(String shardId) {
        return entries().stream()
                .filter(entry -> entry.shardId().equals(shardId))
                .map(Entry::number)
                .toList();
    }

    /** The shards that records came from. */
    public Set<String> shardIds() {
        var shardIds = new HashSet<String>();
        entries().forEach(entry -> shardIds.add(entry.shardId()));
        return shardIds;
    }

    /** How often each record was processed that was processed more than once. */
    public synchronized Map<Integer, Integer> repeated() {
        var repeated = new HashMap<>(timesByNumber);
        repeated.values().removeIf(times -> times == 1);
        return repeated;
    }

    /** Whether a record of a child was processed before the last one of its parent. */
    public boolean overtook(@Nullable String parentId, String childId) {
        var shardIds = entries().stream().map(Entry::shardId).toList();
        int firstOfChild = shardIds.indexOf(childId);
        return parentId != null && firstOfChild >= 0 && firstOfChild < shardIds.lastIndexOf(parentId);
    }
}
