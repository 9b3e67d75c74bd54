package io.millrace.firehose.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is remembered of deliveries, durable when a method returns. A test's may stop at any of its steps. */
interface Checkpoints {
    /** A source shard of a delivery stream. */
    record Place(long streamId, String shard) {}

    Progress load(Place place);

    /** The shards of a delivery stream that were delivered to their end. */
    Set<String> finished(long streamId);

    /** Remembers a delivery that is about to begin, or that failed once more. */
    void intend(Place place, String group, Intent intent);

    /**
     * Remembers that a group's delivery is done.
     *
     * @param ahead what the group has delivered as a whole
     * @param low the mark below which all groups have
     */
    void done(Place place, String group, Ahead ahead, long low);

    /** Remembers the low mark alone. */
    void advance(Place place, long low);

    void finish(Place place);

    /** Where versions begin for a shard whose records go by their place, oldest first. */
    List<VersionStart> versionStarts(Place place);

    /** Remembers where a version begins, and forgets those before it that end at the low mark or below. */
    void startVersion(Place place, VersionStart start);

    /** The delivery streams that anything is remembered of. */
    Set<Long> streams();

    /** Forgets a delivery stream. */
    void forget(long streamId);

    /** The low mark, if there is one. */
    default Optional<Long> low(Place place) {
        return load(place).low();
    }
}
