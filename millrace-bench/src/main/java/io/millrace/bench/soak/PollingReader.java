package io.millrace.bench.soak;

import io.millrace.bench.soak.Door.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a stream with GetRecords from its beginning until the sink has all of it. Its iterators outlive the server: one that
 * got no answer is used again. Owned by the thread that runs it.
 */
final class PollingReader {
    private static final Duration PAUSE_WHEN_EMPTY = Duration.ofMillis(150);

    private final Door door;
    private final SoakedStream stream;
    private final RecordSink sink;
    private final Findings findings;
    private final Family family = new Family();
    private final Deque<Place> places = new ArrayDeque<>();
    private final Map<String, ShardCheck> checks = new LinkedHashMap<>();

    /** Where it is in one shard. */
    private record Place(String shardId, String iterator) {}

    PollingReader(Door door, SoakedStream stream, RecordSink sink, Findings findings) {
        this.door = door;
        this.stream = stream;
        this.sink = sink;
        this.findings = findings;
    }

    /** @throws SoakException if nothing comes for so long although something is missing and nothing will be put any more */
    void run(Patience patience) throws InterruptedException {
        begin(stream.firstShardIds());
        while (!sink.isComplete()) {
            int records = 0;
            for (int turn = places.size(); turn > 0; turn--) {
                records += read(places.remove());
            }
            if (records > 0) {
                patience.renew();
            } else {
                patience.spend("a polling reader of " + stream.name());
                Thread.sleep(PAUSE_WHEN_EMPTY);
            }
        }
    }

    private void begin(List<String> shardIds) throws InterruptedException {
        family.begin(shardIds);
        for (var shardId : shardIds) {
            var iterator = door.need("GetShardIterator", """
                    {"StreamName": "%s", "ShardId": "%s", "ShardIteratorType": "TRIM_HORIZON"}""".formatted(stream.name(), shardId));
            places.add(new Place(shardId, iterator.need("ShardIterator")));
            checks.put(shardId, new ShardCheck(stream, shardId, sink, findings));
        }
    }

    private int read(Place place) throws InterruptedException {
        return switch (door.call("GetRecords", """
                {"ShardIterator": "%s", "Limit": 2000}""".formatted(place.iterator()))) {
            case Outcome.Success(var answer) -> {
                int records = check(place).take(answer);
                findings.count("read by polling", records);
                var next = answer.text("NextShardIterator");
                if (next.isPresent()) {
                    places.add(new Place(place.shardId(), next.get()));
                } else {
                    checks.remove(place.shardId());
                    begin(family.finish(place.shardId(), Family.Child.of(answer)));
                }
                yield records;
            }
            case Outcome.Refusal(var type, var message) ->
                throw new SoakException("GetRecords of " + stream.name() + " " + place.shardId() + " was refused: "
                        + type + ": " + message);
            case Outcome.Unknown _ -> {
                places.add(place);
                yield 0;
            }
        };
    }

    private ShardCheck check(Place place) {
        var check = checks.get(place.shardId());
        assert check != null : place;
        return check;
    }
}
