package io.millrace.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Follows shards while they are written to, until everything that was acknowledged has been read. */
final class Follower implements Errand {
    /** A pause of a consumer that found nothing; AWS's clients wait 200 ms to 1 s. */
    private static final Duration PAUSE_AT_TAIL = Duration.ofMillis(20);

    private final Corpus corpus;
    private final List<ShardReader> readers;
    private final Progress progress;
    private final Duration catchUpMax;
    private final Tally tally;
    private int current;
    private int emptyInARow;

    Follower(Calls calls, Corpus corpus, List<String> shardIds, Progress progress, Duration catchUpMax, Tally tally) {
        this.corpus = corpus;
        readers = shardIds.stream()
                .map(shardId -> new ShardReader(calls, corpus, shardId))
                .collect(Collectors.toUnmodifiableList());
        this.progress = progress;
        this.catchUpMax = catchUpMax;
        this.tally = tally;
    }

    @Override
    public Step next(long now) {
        if (tally.window().isOver(now)) {
            boolean givesUp = now - tally.window().endNanos() > catchUpMax.toNanos();
            if (progress.everythingWasRead() || givesUp) {
                return new Step.Done();
            }
        }
        if (emptyInARow >= readers.size()) {
            emptyInARow = 0;
            return new Step.Pause(now + PAUSE_AT_TAIL.toNanos());
        }
        return new Step.Send(readers.get(current).nextCall());
    }

    @Override
    public void answered(HttpReply reply, long sentAt, long now) {
        switch (readers.get(current).answered(reply)) {
            case ShardReader.Page.Iterator _ -> {}
            case ShardReader.Page.Refused(var message) -> tally.failed(message);
            case ShardReader.Page.Records(var count, var atTail) -> {
                tally.answered(sentAt, now, count, (long) count * corpus.payloadBytes());
                progress.read(count);
                emptyInARow = count == 0 && atTail ? emptyInARow + 1 : 0;
                current = (current + 1) % readers.size();
            }
        }
    }

    /** Adds how often each record of the corpus was read. */
    void addSeen(long[] timesByRecord) {
        for (var reader : readers) {
            var seen = reader.seen();
            for (int i = 0; i < seen.length; i++) {
                timesByRecord[i] += seen[i];
            }
        }
    }
}
