package io.millrace.server.faults;

import io.millrace.gateway.Parked;
import io.millrace.model.Caller;
import io.millrace.model.Kinesis;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.model.PutRecordsOutcome.Failed;
import io.millrace.model.PutRecordsOutcome.RecordOutcome;
import io.millrace.server.calls.CallTargets;
import io.millrace.server.faults.ActiveFault.Verdict;
import io.millrace.streams.PutDestination;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A batch of which some records meet a fault. The others are stored as if they had come alone. */
record PartialPut(Caller caller, PutRecordsBatch batch, List<Verdict> verdicts, CallTargets targets, Faults faults) {
    private static final String INTERNAL_FAILURE = "InternalFailure";

    CompletionStage<PutRecordsOutcome> through(Parked<PutRecordsBatch, PutRecordsOutcome> handler, Executor loop) {
        int spared = Collections.frequency(verdicts, Verdict.SERVE);
        if (spared == verdicts.size()) {
            return handler.handle(caller, batch, loop);
        }
        var destination = targets.destination(caller, batch);
        if (destination.isEmpty()) {
            return handler.handle(caller, batch, loop);
        }
        var to = destination.get();
        var stored = spared == 0
                ? CompletableFuture.completedFuture(new PutRecordsOutcome(List.of(), to.encryptionType()))
                : handler.handle(caller, sparedOf(spared), loop);
        return stored.thenApply(outcome -> joined(outcome, to));
    }

    private PutRecordsBatch sparedOf(int spared) {
        var index = new int[spared * PutRecordsBatch.INTS_PER_RECORD];
        int at = 0;
        for (int record = 0; record < verdicts.size(); record++) {
            if (verdicts.get(record) == Verdict.SERVE) {
                index[at++] = batch.partitionKeyOffset(record);
                index[at++] = batch.partitionKeyBytes(record);
                index[at++] = batch.explicitHashKeyOffset(record);
                index[at++] = batch.explicitHashKeyBytes(record);
                index[at++] = batch.dataOffset(record);
                index[at++] = batch.dataBytes(record);
            }
        }
        return new PutRecordsBatch(batch.stream(), batch.bytes(), index, spared, null);
    }

    private PutRecordsOutcome joined(PutRecordsOutcome stored, PutDestination to) {
        var outcomes = new ArrayList<RecordOutcome>(verdicts.size());
        int next = 0;
        for (int record = 0; record < verdicts.size(); record++) {
            outcomes.add(
                    verdicts.get(record) == Verdict.SERVE
                            ? stored.records().get(next++)
                            : failed(verdicts.get(record), to.shardIds().get(record), to));
        }
        return new PutRecordsOutcome(outcomes, stored.encryptionType());
    }

    private Failed failed(Verdict verdict, String shard, PutDestination to) {
        var failed = verdict == Verdict.THROTTLE
                ? new Failed(
                        ProvisionedThroughputExceededException.CODE,
                        CallTargets.rateExceededText(shard, to.account(), to.streamName()))
                : new Failed(INTERNAL_FAILURE, "Internal service failure.");
        faults.count(Kinesis.PUT_RECORDS, "record " + failed.errorCode(), 1);
        return failed;
    }
}
