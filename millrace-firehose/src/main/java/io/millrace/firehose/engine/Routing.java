package io.millrace.firehose.engine;

import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.engine.Checkpoints.Place;
import io.millrace.firehose.source.SourceGoneException;
import io.millrace.firehose.source.SourceRecord;
import io.millrace.firehose.source.SourceShard;
import io.millrace.firehose.source.SourceUnavailableException;
import java.time.InstantSource;
import java.util.List;

/**
 * Says by which version of the delivery stream the records of one source shard go: by the same one whenever a record is
 * read, or reading it again after a crash would make other batches. Owned by the shard's loop; {@link #isPast} alone is
 * asked by others.
 */
sealed interface Routing {
    /** Is told that what was read begins at the offset, before it is asked for any of it. */
    void readFrom(long offset);

    Route of(SourceRecord record);

    /** By which records go that come next, from the offset on. */
    Route ofNext(long offset);

    /**
     * Whether no record will be read that goes by a version before this one.
     *
     * @param revision the newest
     * @param low reading never begins before it
     */
    boolean isPast(Revision revision, long low);

    /** By the time of a record's arrival, where the source tells that. */
    record ByArrival(SourceShard shard, Versions versions, InstantSource clock) implements Routing {
        @Override
        public void readFrom(long offset) {
            // The log and the stream have written down when each record came.
        }

        @Override
        public Route of(SourceRecord record) {
            return versions.at(record.arrival());
        }

        @Override
        public Route ofNext(long offset) {
            return versions.at(clock.instant());
        }

        @Override
        public boolean isPast(Revision revision, long low) {
            var again = shard.again();
            if (again.isEmpty()) {
                return false;
            }
            try (var reader = again.get()) {
                return low >= reader.offsetAt(revision.since());
            } catch (SourceUnavailableException | SourceGoneException _) {
                return false;
            }
        }
    }

    /**
     * By a record's place, where its time may be anything: a version begins with what is read next when it is first
     * seen here. Where that was is durable before any of these records is handed on.
     */
    final class ByOffset implements Routing {
        private static final int NONE = 0;

        private final Place place;
        private final Checkpoints checkpoints;
        private final Versions versions;
        /** What earlier runs may have put into batches comes before it, and stays with the version that it went by. */
        private final long begunUpTo;

        /** Oldest first. */
        private volatile List<VersionStart> starts;

        ByOffset(Place place, Checkpoints checkpoints, Versions versions) {
            this.place = place;
            this.checkpoints = checkpoints;
            this.versions = versions;
            this.begunUpTo = checkpoints.load(place).begunUpTo();
            this.starts = checkpoints.versionStarts(place);
        }

        @Override
        public void readFrom(long offset) {
            int current = versions.current();
            long from = Math.max(offset, begunUpTo);
            if (!starts.isEmpty()) {
                var last = starts.getLast();
                if (last.version() >= current) {
                    return;
                }
                from = Math.max(from, last.fromOffset());
            }
            checkpoints.startVersion(place, new VersionStart(current, from));
            starts = checkpoints.versionStarts(place);
        }

        @Override
        public Route of(SourceRecord record) {
            int version = versionAt(record.position().offset());
            // There was a Millrace that went by times here too, and it may have begun to deliver this record.
            return version == NONE ? versions.at(record.arrival()) : versions.of(version);
        }

        @Override
        public Route ofNext(long offset) {
            int version = versionAt(offset);
            return versions.of(version == NONE ? starts.getFirst().version() : version);
        }

        private int versionAt(long offset) {
            var known = starts;
            for (int i = known.size() - 1; i >= 0; i--) {
                if (offset >= known.get(i).fromOffset()) {
                    return known.get(i).version();
                }
            }
            return NONE;
        }

        @Override
        public boolean isPast(Revision revision, long low) {
            var known = starts;
            return !known.isEmpty()
                    && known.getLast().version() >= revision.version()
                    && known.getLast().fromOffset() <= low;
        }
    }
}
