package io.millrace.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One run of {@code put}: take a line, give it a key, add it to the batch of its lane, send.
 *
 * <p>Records of one key share a lane, and a lane whose keys repeat sends one batch at a time: that is what keeps them in
 * order. Memory is bounded by the lanes: each holds a batch that is collected, one that waits and one per worker.
 */
final class PutRun {
    /** A record waits no longer than this for company in its batch. */
    static final Duration LINGER = Duration.ofMillis(200);

    private static final int CALLS_AT_ONCE_MAX_COUNT = 4;

    private final LineSource lines;
    private final PartitionKeys keys;
    private final int recordMaxBytes;
    private final BatchSender sender;
    private final PutReport report;
    private final InstantSource clock;
    private final List<Lane> lanes;
    private volatile boolean stopped;

    PutRun(
            LineSource lines,
            PartitionKeys keys,
            int recordMaxBytes,
            BatchSender sender,
            PutReport report,
            Shell shell) {
        this.lines = lines;
        this.keys = keys;
        this.recordMaxBytes = recordMaxBytes;
        this.sender = sender;
        this.report = report;
        this.clock = shell.clock();
        this.lanes = switch (keys) {
            // No order to keep, so whichever worker is free takes the next batch.
            case PartitionKeys.Random _ ->
                List.of(new Lane(CALLS_AT_ONCE_MAX_COUNT, CallOrder.RELAXED, sender, shell.random()));
            case PartitionKeys.Fixed _ -> List.of(new Lane(1, CallOrder.RELAXED, sender, shell.random()));
            case PartitionKeys.Field _ ->
                IntStream.range(0, CALLS_AT_ONCE_MAX_COUNT)
                        .mapToObj(_ -> new Lane(1, CallOrder.RELAXED, sender, shell.random()))
                        .toList();
        };
    }

    /** Makes {@link #run} end soon, after sending what it has read. */
    void stop() {
        stopped = true;
    }

    /** Returns when the source has ended, {@link #stop} was called or the sender has failed; nothing is then under way. */
    void run() throws IOException, InterruptedException {
        lanes.forEach(Lane::start);
        try {
            takeLines();
        } finally {
            for (var lane : lanes) {
                lane.finish(report::refresh);
            }
        }
    }

    private void takeLines() throws IOException, InterruptedException {
        while (sender.failure().isEmpty()) {
            if (stopped) {
                lines.stop();
            }
            switch (lines.next(untilNextFlush())) {
                case Reading.Line line -> accept(line);
                case Reading.TooLong(long number, long bytes) -> report.skipped(number, tooLong("it has", bytes));
                case Reading.Quiet _ -> {
                    if (stopped) {
                        return;
                    }
                }
                case Reading.End _ -> {
                    return;
                }
            }
            flushDue();
            report.refresh();
        }
    }

    private void accept(Reading.Line line) throws InterruptedException {
        try {
            var entry = Batch.Entry.of(line.bytes(), keys.of(line.bytes()));
            if (entry.bytes() > recordMaxBytes) {
                throw new UnusableLineException(tooLong("with its partition key it has", entry.bytes()));
            }
            laneOf(entry.record().partitionKey()).add(entry, clock.instant(), report::refresh);
        } catch (UnusableLineException e) {
            report.skipped(line.number(), String.valueOf(e.getMessage()));
        }
    }

    private Lane laneOf(String partitionKey) {
        return lanes.get(Math.floorMod(partitionKey.hashCode(), lanes.size()));
    }

    private String tooLong(String what, long bytes) {
        return what + " " + Quantity.count(bytes) + " bytes, and a record of this stream holds "
                + Quantity.count(recordMaxBytes);
    }

    private void flushDue() throws InterruptedException {
        var oldestAllowed = clock.instant().minus(LINGER);
        for (var lane : lanes) {
            if (lane.collectingSince()
                    .filter(since -> !since.isAfter(oldestAllowed))
                    .isPresent()) {
                lane.flush(report::refresh);
            }
        }
    }

    private Duration untilNextFlush() {
        var now = clock.instant();
        var oldest = now;
        for (var lane : lanes) {
            var since = lane.collectingSince().orElse(now);
            oldest = since.isBefore(oldest) ? since : oldest;
        }
        return nonNegative(LINGER.minus(Duration.between(oldest, now)));
    }

    private static Duration nonNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
