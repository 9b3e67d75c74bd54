package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.engine.CutDelivery.DeliveryReport;
import io.millrace.firehose.processing.Processed;
import io.millrace.firehose.source.SourceRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The lanes of one source shard: what was read, in order and processed, on its way out. Decides into which lane a
 * record goes, when what is held there is cut, and up to where everything is delivered.
 *
 * <p>Owns the groups of lanes and all that they hold. Has no thread and no lock of its own: whatever is called here is
 * called under the lock of its {@link ShardDelivery}, which alone has it. Nothing here waits, and nothing asks a
 * destination or the catalog. What is in a cut is its deliverer's, who reads it without the lock.
 */
final class ShardLanes {
    /** While the destination is busy a buffer may grow to so many times its size before reading stops. */
    private static final int OVERFULL_TIMES = 2;

    /** What all lanes of a shard may hold together before all of them are cut. */
    private static final long PENDING_MAX_BYTES = 1L << 30;

    private final String shard;
    private final Scratch scratch;
    private final Optional<Buffer.Rereading> rereading;
    private final Partitions partitions;
    private final DeliveryReport report;
    private final InstantSource clock;
    private final InstantSource steady;
    private final Supplier<UUID> ids;
    private final Consumer<LaneGroup> deliverer;

    private final Map<String, LaneGroup> groups = new LinkedHashMap<>();
    private final Map<String, Progress.OfGroup> known;
    private long acceptedUpTo;
    /** Those that the record at hand went to. */
    private final List<LaneGroup> touched = new ArrayList<>();

    private int resuming;
    private int version;
    private boolean ended;

    /**
     * @param known what the last run knew of the groups
     * @param deliverer is told of a group that has a cut and nobody who delivers it; whoever does then asks for the
     *     {@link #next}
     */
    ShardLanes(
            String shard,
            long from,
            Map<String, Progress.OfGroup> known,
            Environment environment,
            Optional<Buffer.Rereading> rereading,
            Partitions partitions,
            DeliveryReport report,
            Consumer<LaneGroup> deliverer) {
        this.shard = shard;
        this.scratch = environment.scratch();
        this.rereading = rereading;
        this.partitions = partitions;
        this.report = report;
        this.clock = environment.clock();
        this.steady = environment.steady();
        this.ids = environment.ids();
        this.deliverer = deliverer;
        this.known = new HashMap<>(known);
        this.acceptedUpTo = from;
    }

    /**
     * Takes what became of the next records of the shard.
     *
     * @param upTo the offset after the last of them; grows from call to call
     */
    void accept(Route route, List<? extends Processed> results, long upTo) {
        if (version != route.version()) {
            version = route.version();
            cutOthers();
        }
        for (int i = 0; i < results.size(); i++) {
            var result = results.get(i);
            long offset = result.source().position().offset();
            formResumed(offset);
            sort(route, result);
            boolean lastOfRecord = i + 1 == results.size()
                    || results.get(i + 1).source().position().offset() != offset;
            if (lastOfRecord) {
                route.backup().ifPresent(_ -> addBackup(route, result.source()));
                cutFull(offset + 1);
            }
        }
        acceptedUpTo = Math.max(acceptedUpTo, upTo);
        formResumed(acceptedUpTo);
        cutDue(steady.instant());
    }

    /** A newer version has begun: what is buffered for others is delivered now. */
    private void cutOthers() {
        for (var group : groups.values()) {
            boolean other = group.route().version() != version;
            if (other && !group.open().isEmpty() && group.resumed().isEmpty()) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    private void sort(Route route, Processed result) {
        long offset = result.source().position().offset();
        switch (result) {
            case Processed.Ready(var source, var record, var keys) -> {
                var lane = route.partitioned() ? new LaneKey.Main(keys) : LaneKey.Main.ALL;
                var group = group(route, lane, offset);
                if (group.has(offset)) {
                    return;
                }
                if (route.partitioned() && !group.open().containsKey(lane) && !partitions.take()) {
                    report.partitionsExceeded();
                    var line = ErrorLines.ofPartitionsLimit(source, partitions.max(), clock.instant());
                    var errors = new LaneKey.Errors(ErrorLines.PROCESSING_FAILED);
                    var instead = group(route, errors, offset);
                    if (instead != group) {
                        group.passedOver(offset);
                    }
                    // Whatever that lane has delivered: the last run may have had room for the record.
                    add(instead, errors, line);
                    return;
                }
                add(group, lane, record);
            }
            case Processed.Failed failed -> {
                var lane = new LaneKey.Errors(failed.outputType());
                var group = group(route, lane, offset);
                if (!group.has(offset)) {
                    add(group, lane, ErrorLines.of(failed));
                }
            }
            case Processed.Dropped _ -> {
                // Counts as delivered.
            }
        }
    }

    private void addBackup(Route route, SourceRecord source) {
        long offset = source.position().offset();
        var lane = new LaneKey.Backup();
        var group = group(route, lane, offset);
        if (!group.has(offset)) {
            add(group, lane, DeliveryRecord.of(source));
        }
    }

    private void add(LaneGroup group, LaneKey lane, DeliveryRecord record) {
        var buffer = group.open().get(lane);
        if (buffer == null) {
            buffer = new Buffer(scratch, rereadable(group.route(), lane), steady.instant());
            group.open().put(lane, buffer);
        }
        group.opened(buffer.openedAt(), record.position().offset());
        touched.add(group);
        buffer.add(record);
    }

    private Optional<Buffer.Rereading> rereadable(Route route, LaneKey lane) {
        boolean asTheyCame = switch (lane) {
            case LaneKey.Main _ -> route.processing() == Route.Processing.NONE;
            case LaneKey.Backup _ -> true;
            case LaneKey.Errors _ -> false;
        };
        return asTheyCame ? rereading : Optional.empty();
    }

    private LaneGroup group(Route route, LaneKey lane, long offset) {
        var key = "v" + route.version() + " " + groupOf(route, lane);
        var group = groups.get(key);
        if (group == null) {
            var buffering = switch (lane) {
                case LaneKey.Main _, LaneKey.Errors _ -> route.buffering();
                case LaneKey.Backup _ -> route.backup().orElseThrow().buffering();
            };
            var before = known.remove(key);
            group = new LaneGroup(key, route, buffering, before == null ? Progress.OfGroup.NONE : before.from(offset));
            groups.put(key, group);
            resuming += group.resumed().isPresent() ? 1 : 0;
        }
        return group;
    }

    private static String groupOf(Route route, LaneKey lane) {
        boolean together = route.processing() == Route.Processing.VARYING && !(lane instanceof LaneKey.Backup);
        return together ? "processed" : lane.text();
    }

    /** Cuts again where the last run cut, once all before the offset is there. */
    private void formResumed(long offset) {
        if (resuming == 0) {
            return;
        }
        for (var group : groups.values()) {
            group.resumed().filter(intent -> intent.upTo() <= offset).ifPresent(intent -> {
                group.resumedIsFormed();
                resuming--;
                cut(group, intent);
            });
        }
    }

    /** Cuts what is as large as it should be, unless its destination is busy and it may still grow. */
    private void cutFull(long upTo) {
        for (var group : touched) {
            if (isFree(group) && group.largestOpenBytes() >= group.buffering().bytes()) {
                cut(group, intentUpTo(upTo));
            }
        }
        touched.clear();
    }

    /** Cuts what has waited long enough. */
    void cutDue(Instant now) {
        for (var group : groups.values()) {
            if (isFree(group) && isDue(group, now)) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    private static boolean isDue(LaneGroup group, Instant now) {
        var opened = group.openedAt();
        return opened != null && !now.isBefore(opened.plus(group.buffering().interval()));
    }

    private static boolean isFree(LaneGroup group) {
        return !group.delivering()
                && group.cuts().isEmpty()
                && !group.open().isEmpty()
                && group.resumed().isEmpty();
    }

    private Intent intentUpTo(long upTo) {
        return new Intent(upTo, ids.get(), OptionalLong.empty(), 0);
    }

    private void cut(LaneGroup group, Intent intent) {
        group.cuts().add(Cut.of(group.route(), shard, intent, group.stretch(intent.upTo()), group.open()));
        givePartitionsBack(group);
        group.open().clear();
        group.emptied();
        if (!group.delivering()) {
            deliverer.accept(group);
            group.setDelivering(true);
        }
    }

    private void givePartitionsBack(LaneGroup group) {
        if (group.route().partitioned()) {
            group.open().keySet().stream()
                    .filter(LaneKey.Main.class::isInstance)
                    .forEach(_ -> partitions.giveBack());
        }
    }

    /** Cuts all that is buffered, whatever its size and age. */
    void cutAll() {
        for (var group : groups.values()) {
            if (!group.open().isEmpty() && group.resumed().isEmpty()) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
    }

    /** What a group's deliverer delivers next, cut now if it is time; when there is nothing, the deliverer is done. */
    Optional<Cut> next(LaneGroup group) {
        if (group.cuts().isEmpty() && !group.open().isEmpty() && group.resumed().isEmpty()) {
            boolean full = group.largestOpenBytes() >= group.buffering().bytes();
            if (full || ended || isDue(group, steady.instant())) {
                cut(group, intentUpTo(acceptedUpTo));
            }
        }
        if (group.cuts().isEmpty()) {
            group.setDelivering(false);
            forget(group, low());
            return Optional.empty();
        }
        return Optional.of(group.cuts().getFirst());
    }

    /** The shard will give no more. */
    void end() {
        ended = true;
        formResumed(Long.MAX_VALUE);
        cutAll();
    }

    /**
     * The source does not have the records between the offsets any more. A batch that was begun with some of them gets
     * another id, unless all of its records have been read.
     *
     * @return what was renamed, by its group
     */
    Map<String, Intent> skipped(long from, long upTo) {
        var renamed = new HashMap<String, Intent>();
        known.replaceAll((key, group) -> {
            return group.ahead().holdsAll(from, upTo)
                    ? group
                    : group.intent()
                            .filter(intent -> intent.upTo() > from)
                            .map(intent -> group.with(renamed(key, intent, renamed)))
                            .orElse(group);
        });
        for (var group : groups.values()) {
            if (!group.hasAll(from, upTo)) {
                group.resumed()
                        .filter(intent -> intent.upTo() > from)
                        .ifPresent(intent -> group.resumeAs(renamed(group.key(), intent, renamed)));
            }
        }
        return renamed;
    }

    private Intent renamed(String group, Intent intent, Map<String, Intent> all) {
        var next = intent.renamed(ids.get());
        all.put(group, next);
        return next;
    }

    /** Whether a delivery that has records from before the offset is refused, again and again. */
    boolean isFailingBefore(long offset) {
        return groups.values().stream()
                .flatMap(group -> group.cuts().stream())
                .anyMatch(cut -> cut.failing() && cut.firstOffset() < offset);
    }

    /** How many records before the offset are not delivered. One that is in the backup's lane too counts once. */
    long undeliveredBefore(long offset) {
        long delivered = 0;
        long backedUp = 0;
        for (var group : groups.values()) {
            long count = 0;
            if (offset > group.pendingFrom()) {
                for (var cut : group.cuts()) {
                    count += cut.countBefore(offset);
                }
                for (var buffer : group.open().values()) {
                    count += buffer.countBefore(offset);
                }
            }
            if (group.isBackup()) {
                backedUp += count;
            } else {
                delivered += count;
            }
        }
        return Math.max(0, offset - acceptedUpTo) + Math.max(delivered, backedUp);
    }

    /** Lets go of all that is held. */
    void drop() {
        for (var group : groups.values()) {
            group.cuts().forEach(cut -> cut.batches().forEach(LaneBatch::drop));
            group.open().values().forEach(Buffer::drop);
            givePartitionsBack(group);
        }
        groups.clear();
    }

    /** All before this offset is delivered. */
    long low() {
        long first = acceptedUpTo;
        for (var group : groups.values()) {
            first = Math.min(first, group.pendingFrom());
        }
        return first;
    }

    /** Notes that a cut is delivered. It stays in sight until it is {@link #settled}; for the marks it is gone. */
    Marks delivered(LaneGroup group, Cut cut) {
        long low = lowWithout(cut);
        return new Marks(group.delivered(cut, low), low);
    }

    /** Lets go of a delivered cut: the catalog knows of it. */
    void settled(LaneGroup group, Cut cut) {
        group.cuts().remove(cut);
        cut.batches().forEach(LaneBatch::drop);
    }

    private long lowWithout(Cut done) {
        long first = acceptedUpTo;
        for (var group : groups.values()) {
            for (var cut : group.cuts()) {
                first = cut == done ? first : Math.min(first, cut.firstOffset());
            }
            for (var buffer : group.open().values()) {
                first = Math.min(first, buffer.firstOffset());
            }
        }
        return first;
    }

    /** All before this offset has been read and processed. */
    long acceptedUpTo() {
        return acceptedUpTo;
    }

    /** Forgets groups of which nothing is needed: those of partitions come and go. */
    void forgetIdle(long low) {
        List.copyOf(groups.values()).forEach(group -> forget(group, low));
    }

    private void forget(LaneGroup group, long low) {
        if (group.idle() && !group.aheadOf(low)) {
            groups.remove(group.key());
        }
    }

    /**
     * Whether there is more than the destination has taken in time. If all lanes hold too much together, all of them
     * are cut.
     */
    boolean isOverfull() {
        long pending = 0;
        for (var group : groups.values()) {
            if (group.resumed().isPresent()) {
                // It is cut where the last run cut it, which may be further on: waiting for it here would be for ever.
                continue;
            }
            if (group.delivering()
                    && group.largestOpenBytes()
                            >= OVERFULL_TIMES * group.buffering().bytes()) {
                return true;
            }
            pending += group.pendingBytes();
        }
        if (pending < PENDING_MAX_BYTES) {
            return false;
        }
        cutAll();
        return true;
    }

    /** What is on its way at this moment. */
    Pending pending() {
        long bytes = 0;
        var oldest = new ArrayList<Instant>();
        for (var group : groups.values()) {
            bytes += group.pendingBytes();
            group.open().values().forEach(buffer -> oldest.add(buffer.oldestArrival()));
            group.cuts().forEach(cut -> cut.batches().forEach(batch -> oldest.add(batch.oldestArrival())));
        }
        return new Pending(bytes, oldest.stream().min(Instant::compareTo), oldestVersion());
    }

    private int oldestVersion() {
        return groups.values().stream()
                .filter(group -> !group.idle())
                .mapToInt(group -> group.route().version())
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /**
     * Up to where the records of a shard are delivered.
     *
     * @param ahead what one group has delivered beyond the low mark
     * @param low all before it is delivered, by all groups
     */
    record Marks(Ahead ahead, long low) {}

    /**
     * What a shard has on its way.
     *
     * @param oldestVersion of what is on its way; the largest number if nothing is
     */
    record Pending(long bytes, Optional<Instant> oldestArrival, int oldestVersion) {}
}
