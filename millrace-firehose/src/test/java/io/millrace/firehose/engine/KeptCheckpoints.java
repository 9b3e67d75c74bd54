package io.millrace.firehose.engine;

import io.millrace.firehose.engine.Progress.OfGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checkpoints that outlive a crash of whoever uses them, which may come before or after any of them is written. */
final class KeptCheckpoints implements Checkpoints {
    private final Power power;
    private final Map<Place, Long> lows = new HashMap<>();
    private final Set<Place> finished = new HashSet<>();
    private final Map<Place, Map<String, Ahead>> aheads = new HashMap<>();
    private final Map<Place, Map<String, Intent>> intents = new HashMap<>();

    private final Map<Place, List<VersionStart>> versionStarts = new HashMap<>();

    private boolean failsNext;

    KeptCheckpoints(Power power) {
        this.power = power;
    }

    @Override
    public Progress load(Place place) {
        var groups = new HashMap<String, OfGroup>();
        var names = new HashSet<>(of(aheads, place).keySet());
        names.addAll(of(intents, place).keySet());
        for (var name : names) {
            groups.put(
                    name,
                    new OfGroup(
                            of(aheads, place).getOrDefault(name, Ahead.NONE),
                            Optional.ofNullable(of(intents, place).get(name))));
        }
        return new Progress(Optional.ofNullable(lows.get(place)), groups);
    }

    private static <T> Map<String, T> of(Map<Place, Map<String, T>> all, Place place) {
        return all.computeIfAbsent(place, _ -> new HashMap<>());
    }

    @Override
    public Set<String> finished(long streamId) {
        var shards = new HashSet<String>();
        finished.stream().filter(place -> place.streamId() == streamId).forEach(place -> shards.add(place.shard()));
        return shards;
    }

    /** Whether the next intent can't be written. */
    void failsNext(boolean now) {
        failsNext = now;
    }

    @Override
    public void intend(Place place, String group, Intent intent) {
        if (failsNext) {
            failsNext = false;
            throw new IllegalStateException("the disk is full");
        }
        power.step();
        of(intents, place).put(group, intent);
        power.step();
    }

    @Override
    public void done(Place place, String group, Ahead ahead, long low) {
        power.step();
        of(aheads, place).put(group, ahead);
        of(intents, place).remove(group);
        advanceNow(place, low);
        power.step();
    }

    @Override
    public void advance(Place place, long low) {
        power.step();
        advanceNow(place, low);
        power.step();
    }

    private void advanceNow(Place place, long low) {
        lows.merge(place, low, Math::max);
        of(aheads, place).replaceAll((_, ahead) -> ahead.beyond(low));
        of(aheads, place).values().removeIf(ahead -> ahead.ranges().isEmpty());
        of(intents, place).values().removeIf(intent -> intent.upTo() <= low);
    }

    @Override
    public void finish(Place place) {
        finished.add(place);
    }

    @Override
    public List<VersionStart> versionStarts(Place place) {
        return List.copyOf(versionStarts.getOrDefault(place, List.of()));
    }

    @Override
    public void startVersion(Place place, VersionStart start) {
        power.step();
        var starts = versionStarts.computeIfAbsent(place, _ -> new ArrayList<>());
        starts.add(start);
        long low = lows.getOrDefault(place, -1L);
        starts.stream()
                .filter(one -> one.fromOffset() <= low)
                .mapToInt(VersionStart::version)
                .max()
                .ifPresent(inForce -> starts.removeIf(one -> one.version() < inForce));
        power.step();
    }

    @Override
    public Set<Long> streams() {
        var streams = new HashSet<Long>();
        lows.keySet().forEach(place -> streams.add(place.streamId()));
        return streams;
    }

    @Override
    public void forget(long streamId) {
        lows.keySet().removeIf(place -> place.streamId() == streamId);
        finished.removeIf(place -> place.streamId() == streamId);
        aheads.keySet().removeIf(place -> place.streamId() == streamId);
        intents.keySet().removeIf(place -> place.streamId() == streamId);
        versionStarts.keySet().removeIf(place -> place.streamId() == streamId);
    }
}
