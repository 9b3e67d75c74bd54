package io.millrace.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.simulation.Api.Described;
import io.millrace.simulation.Facts.ShardFacts;
import io.millrace.simulation.Facts.StreamFacts;
import io.millrace.simulation.KnownShard.Kept;
import io.millrace.simulation.Records.Read;
import io.millrace.simulation.Records.Sent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * What must be true of the service, whatever happened to the machine under it.
 *
 * <p>What was acknowledged is a fact. An operation that failed because of a fault was done or not: both are possible until
 * it is seen which. Records of a put that failed are never seen while the service runs; after a restart those of the newest
 * ones, behind which nothing has been stored, are all there or none is.
 */
final class Model {
    /** One shard of one incarnation of a stream. */
    record ShardName(int incarnation, int shard) {}

    /** A put on its way. */
    record Call(
            String stream,
            int incarnation,
            List<Sent> records,
            long sentMillis,
            CompletionStage<PutRecordsOutcome> answer) {
        boolean answered() {
            return answer.toCompletableFuture().isDone();
        }
    }

    private Facts facts = Facts.NONE;
    /** What the facts are if one of the operations that failed was done all the same, behind which none has been done. */
    private final List<Facts> perhaps = new ArrayList<>();

    private final Map<ShardName, KnownShard> shards = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    /** Puts that failed and may be found after a restart, because nothing has been stored since. */
    private final List<Call> failed = new ArrayList<>();
    /** The oldest moment, at the latest, from which a stream's records were visible at any time so far. */
    private final Map<Integer, Long> horizons = new HashMap<>();
    /** A moment before which a shard was still open. */
    private final Map<ShardName, Long> openUntil = new HashMap<>();

    /** Those that are told to close and perhaps have not. */
    private final Set<ShardName> closing = new HashSet<>();
    /** When a scaling was asked for that is going on. */
    private final Map<Integer, Long> scalingBegan = new HashMap<>();

    /** Records of puts that were not answered before others were sent. */
    private final Set<Long> overtaken = new HashSet<>();

    private int incarnations;
    private long sent;

    Facts facts() {
        return facts;
    }

    int nextIncarnation() {
        return ++incarnations;
    }

    Sent send(String key, int bytes) {
        return Records.sent(++sent, key, bytes);
    }

    KnownShard shard(int incarnation, int shard) {
        return shards.computeIfAbsent(new ShardName(incarnation, shard), _ -> new KnownShard());
    }

    long horizonMillis(int incarnation) {
        return horizons.getOrDefault(incarnation, Long.MIN_VALUE);
    }

    /** The clock shows this; what has expired by it may be gone for good. */
    void sawTime(long millis) {
        Stream.concat(Stream.of(facts), perhaps.stream())
                .flatMap(possible -> possible.streams().values().stream())
                .forEach(stream ->
                        horizons.merge(stream.incarnation(), millis - stream.retentionHours() * 3_600_000L, Math::max));
        closing.forEach(shard -> openUntil.merge(shard, millis, Math::min));
        scalingBegan.replaceAll((_, began) -> Math.min(began, millis));
    }

    /** The operation was acknowledged. */
    void done(Facts next, long millis) {
        noteClosed(facts, next, millis);
        if (!next.equals(facts)) {
            // What changed nothing was not written, so it took the place of nothing.
            perhaps.clear();
        }
        facts = next;
        sawTime(millis);
    }

    /** The operation failed because of a fault. */
    void doneOrNot(Facts next, long millis) {
        perhaps.add(next);
        sawTime(millis);
    }

    private void noteClosed(Facts before, Facts after, long millis) {
        after.streams().forEach((name, stream) -> {
            var known = before.find(name).filter(old -> old.incarnation() == stream.incarnation());
            stream.shards().forEach((index, shard) -> {
                var shardName = new ShardName(stream.incarnation(), index);
                if (shard.closed() && openUntil.putIfAbsent(shardName, millis) == null) {
                    closing.add(shardName);
                }
            });
            if (stream.openShardsWanted().isPresent() && known.isPresent()) {
                // Which ones are closed is not known yet, but none was before.
                scalingBegan.merge(stream.incarnation(), millis, Math::min);
            }
        });
    }

    /** Whether a closed shard may be gone because all that it held has expired. */
    boolean mayBeForgotten(int incarnation, int shard) {
        var until = openUntil.getOrDefault(new ShardName(incarnation, shard), scalingBegan.get(incarnation));
        return until != null && horizonMillis(incarnation) >= until;
    }

    // Records.

    void sending(Call call) {
        calls.add(call);
    }

    boolean isSending() {
        return !calls.isEmpty();
    }

    /**
     * Takes note of the puts that were answered.
     *
     * @param mayFail whether something is broken by order
     * @param powerIsOut whether what failed may have been cut short
     * @return the shards that have more records now, with the offset of the first new one
     */
    Map<ShardName, Integer> hear(boolean mayFail, boolean powerIsOut) {
        var stored = new HashMap<ShardName, List<Kept>>();
        for (var call : List.copyOf(calls)) {
            if (!call.answered()) {
                // It waits for a reshard, and what is sent meanwhile may overtake it.
                call.records().forEach(record -> overtaken.add(record.number()));
            } else if (hear(call, stored, mayFail, powerIsOut)) {
                calls.remove(call);
            }
        }
        var grown = new HashMap<ShardName, Integer>();
        stored.forEach((name, kept) -> {
            var shard = shard(name.incarnation(), name.shard());
            grown.put(name, shard.count());
            kept.sort(Comparator.comparing(record -> new BigInteger(record.sequenceNumber())));
            kept.forEach(record -> keep(shard, record));
        });
        return grown;
    }

    /** Whether it is known now what became of the call. */
    private boolean hear(Call call, Map<ShardName, List<Kept>> stored, boolean mayFail, boolean powerIsOut) {
        var answer = call.answer().toCompletableFuture();
        if (answer.isCompletedExceptionally()) {
            if (!mayFail) {
                throw new AssertionError("a put failed, but nothing is broken", answer.exceptionNow());
            }
            if (!powerIsOut) {
                failed.add(call);
            }
            return !powerIsOut;
        }
        failed.clear();
        var outcomes = answer.join().records();
        assertThat(outcomes).hasSameSizeAs(call.records());
        for (int index = 0; index < outcomes.size(); index++) {
            var one = (Stored) outcomes.get(index);
            var name = new ShardName(call.incarnation(), Api.shardIndex(one.shardId()));
            stored.computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(new Kept(one.sequenceNumber(), call.records().get(index), call.sentMillis()));
        }
        return true;
    }

    private void keep(KnownShard shard, Kept record) {
        if (overtaken.contains(record.sent().number())) {
            shard.keepInAnyOrder(record);
        } else {
            shard.keep(record);
        }
    }

    /** What a reader finds after a restart behind all that was acknowledged: it must be of a put that was cut short. */
    void adopt(int incarnation, int shard, Read read, Set<Long> found) {
        for (var call : perhapsStored()) {
            for (var record : call.records()) {
                if (call.incarnation() == incarnation && record.number() == read.number()) {
                    assertThat(found.add(record.number()))
                            .as("%s is there once", read)
                            .isTrue();
                    keep(shard(incarnation, shard), new Kept(read.sequenceNumber(), record, call.sentMillis()));
                    return;
                }
            }
        }
        throw new AssertionError(read + " is in shard " + shard + ", but its put failed or was never sent");
    }

    /** The calls that were cut short are there as a whole, or not at all and never will be. */
    void closeCalls(Set<Long> found) {
        for (var call : perhapsStored()) {
            var numbers = new HashSet<Long>();
            call.records().forEach(record -> numbers.add(record.number()));
            var present = new HashSet<>(numbers);
            present.retainAll(found);
            assertThat(present)
                    .as("records that are there of the call %s, which was cut short", numbers)
                    .isIn(Set.of(), numbers);
        }
        calls.clear();
        failed.clear();
    }

    private List<Call> perhapsStored() {
        return Stream.concat(failed.stream(), calls.stream()).toList();
    }

    // Streams.

    /** Compares all that is known of the streams with what they say of themselves, when nothing is pending. */
    void compare(Api api, long millis) {
        var described = new TreeMap<String, Described>();
        api.names().forEach(name -> described.put(name, api.describe(name)));
        var difference = difference(facts, described);
        if (difference.isEmpty()) {
            adopt(facts, described, millis);
            return;
        }
        var done = perhaps.stream()
                .filter(possible -> difference(possible, described).isEmpty())
                .findFirst();
        perhaps.clear();
        adopt(done.orElseThrow(() -> new AssertionError(difference.get())), described, millis);
    }

    private Optional<String> difference(Facts wanted, SortedMap<String, Described> described) {
        if (!wanted.streams().keySet().equals(described.keySet())) {
            return Optional.of("the streams are " + described.keySet() + ", not "
                    + wanted.streams().keySet());
        }
        for (var name : wanted.names()) {
            var difference = difference(wanted.stream(name), described.get(name));
            if (difference.isPresent()) {
                return Optional.of(name + ": " + difference.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> difference(StreamFacts wanted, Described described) {
        if (described.status() != StreamStatus.ACTIVE) {
            return Optional.of("the status is " + described.status());
        }
        if (described.retentionHours() != wanted.retentionHours()) {
            return Optional.of("retention is " + described.retentionHours() + ", not " + wanted.retentionHours());
        }
        if (!described.tags().equals(wanted.tags())) {
            return Optional.of("the tags are " + described.tags() + ", not " + wanted.tags());
        }
        if (!described.consumers().equals(wanted.consumers())) {
            return Optional.of("the consumers are " + described.consumers() + ", not " + wanted.consumers());
        }
        return wanted.openShardsWanted().isPresent()
                ? differenceAfterScaling(wanted, described)
                : differenceOfShards(wanted, described.shards());
    }

    private Optional<String> differenceOfShards(StreamFacts wanted, SortedMap<Integer, ShardFacts> described) {
        var expected = new TreeMap<>(wanted.shards());
        expected.keySet()
                .removeIf(index -> !described.containsKey(index) && mayBeForgotten(wanted.incarnation(), index));
        return expected.equals(described)
                ? Optional.empty()
                : Optional.of("the shards are " + described + ", not " + expected);
    }

    private Optional<String> differenceAfterScaling(StreamFacts wanted, Described described) {
        var before = new TreeMap<Integer, ShardFacts>();
        described.shards().forEach((index, shard) -> {
            var known = wanted.shards().get(index);
            if (known != null) {
                // It may have been closed on the way.
                before.put(index, known.closed() ? shard : known);
            }
        });
        var unscaled = wanted.withShards(wanted.shards(), wanted.nextShard(), Optional.empty());
        var difference = differenceOfShards(unscaled, before);
        if (difference.isPresent()) {
            return difference;
        }
        var scaled = wanted.withShards(described.shards(), 0, Optional.empty());
        int count = scaled.open().size();
        if (count != wanted.openShardsWanted().orElseThrow()) {
            return Optional.of(
                    count + " shards are open, not " + wanted.openShardsWanted().orElseThrow());
        }
        return coversAll(scaled) ? Optional.empty() : Optional.of("the open shards leave gaps: " + scaled.shards());
    }

    private static boolean coversAll(StreamFacts stream) {
        var next = BigInteger.ZERO;
        for (var index : stream.open()) {
            var shard = stream.shards().get(index);
            if (!shard.start().equals(next)) {
                return false;
            }
            next = shard.end().add(BigInteger.ONE);
        }
        return next.equals(ShardFacts.LAST_HASH_KEY.add(BigInteger.ONE));
    }

    /** What is seen now is known from now on: which shards a scaling made, and which have been forgotten. */
    private void adopt(Facts wanted, SortedMap<String, Described> described, long millis) {
        var next = wanted;
        for (var name : wanted.names()) {
            var stream = wanted.stream(name);
            var shards = described.get(name).shards();
            int nextShard = Math.max(stream.nextShard(), shards.isEmpty() ? 0 : shards.lastKey() + 1);
            // One that is forgotten may be back if the clock is set back.
            var known = new TreeMap<>(stream.shards());
            known.replaceAll((_, shard) -> shard.close());
            known.putAll(shards);
            next = next.with(name, stream.withShards(known, nextShard, Optional.empty()));
            var began = scalingBegan.remove(stream.incarnation());
            if (began != null) {
                known.forEach((index, shard) -> {
                    if (shard.closed()) {
                        openUntil.putIfAbsent(new ShardName(stream.incarnation(), index), began);
                    }
                });
            }
        }
        noteClosed(facts, next, millis);
        closing.clear();
        facts = next;
    }
}
