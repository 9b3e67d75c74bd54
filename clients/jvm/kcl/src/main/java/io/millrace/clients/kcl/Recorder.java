package io.millrace.clients.kcl;

import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.TestStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.utils.BinaryUtils;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;

/** Writes one shard's records into the ledger: what is there has been checkpointed, and is not to be processed again. */
final class Recorder implements ShardRecordProcessor {
    private static final Logger LOG = Logger.getLogger(Recorder.class.getName());

    private final Ledger ledger;
    private String shardId = "none yet";

    Recorder(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        var numbers = input.records().stream()
                .map(record -> TestStream.numberOf(BinaryUtils.copyAllBytesFrom(record.data())))
                .toList();
        if (checkpoint(input.checkpointer())) {
            numbers.forEach(number -> ledger.processed(shardId, number));
        }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {}

    @Override
    public void shardEnded(ShardEndedInput input) {
        checkpoint(input.checkpointer());
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {}

    /** False if the shard has got another owner, who will see the same records again. */
    private boolean checkpoint(RecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint();
            return true;
        } catch (ShutdownException e) {
            LOG.log(Level.INFO, "lost " + shardId, e);
            return false;
        } catch (InvalidStateException e) {
            throw new IllegalStateException("the lease of " + shardId, e);
        }
    }
}
