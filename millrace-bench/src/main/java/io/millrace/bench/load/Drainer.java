package io.millrace.bench.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads shards from their beginning to their end, one after the other, and begins again until the time is over; the
 * first pass is always completed, since it is the one that is compared with what was put.
 */
final class Drainer implements Errand {
    private static final int ERRORS_MAX = 100;

    /** How often a shard is read. */
    enum Passes {
        ONE,
        UNTIL_THE_WINDOW_IS_OVER
    }

    private final Calls calls;
    private final Corpus corpus;
    private final List<String> shardIds;
    private final Passes passes;
    private final Tally tally;
    private final List<long[]> seenByShard = new ArrayList<>();
    private ShardReader reader;
    private int shardIndex;

    Drainer(Calls calls, Corpus corpus, List<String> shardIds, Passes passes, Tally tally) {
        this.calls = calls;
        this.corpus = corpus;
        this.shardIds = shardIds;
        this.passes = passes;
        this.tally = tally;
        reader = new ShardReader(calls, corpus, shardIds.getFirst());
    }

    @Override
    public Step next(long now) {
        boolean firstPassDone = seenByShard.size() == shardIds.size();
        if ((firstPassDone && enough(now)) || tally.errors() > ERRORS_MAX) {
            return new Step.Done();
        }
        return new Step.Send(reader.nextCall());
    }

    private boolean enough(long now) {
        return switch (passes) {
            case ONE -> true;
            case UNTIL_THE_WINDOW_IS_OVER -> tally.window().isOver(now);
        };
    }

    @Override
    public void answered(HttpReply reply, long sentAt, long now) {
        switch (reader.answered(reply)) {
            case ShardReader.Page.Iterator _ -> {}
            case ShardReader.Page.Refused(var message) -> tally.failed(message);
            case ShardReader.Page.Records(var count, var atTail) -> {
                tally.answered(sentAt, now, count, (long) count * corpus.payloadBytes());
                if (atTail) {
                    turnToNextShard();
                }
            }
        }
    }

    /** Adds how often each record of the corpus was read in the first pass. */
    void addSeen(long[] timesByRecord) {
        for (var seen : seenByShard) {
            for (int i = 0; i < seen.length; i++) {
                timesByRecord[i] += seen[i];
            }
        }
    }

    private void turnToNextShard() {
        if (seenByShard.size() < shardIds.size()) {
            seenByShard.add(reader.seen());
        } else if (!Arrays.equals(reader.seen(), seenByShard.get(shardIndex))) {
            tally.failed(shardIds.get(shardIndex) + " held other records when it was read again");
        }
        shardIndex = (shardIndex + 1) % shardIds.size();
        reader = new ShardReader(calls, corpus, shardIds.get(shardIndex));
    }
}
