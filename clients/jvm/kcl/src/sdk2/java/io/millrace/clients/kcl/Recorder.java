package io.millrace.clients.kcl;

import io.millrace.clients.support.TestStream;
import io.millrace.clients.support.Witness;
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

/** Processes one shard's records before a witness, and takes a checkpoint after each batch. */
final class Recorder implements ShardRecordProcessor {
    private static final Logger LOG = Logger.getLogger(Recorder.class.getName());

    private final Witness witness;
    private String shardId = "none yet";

    Recorder(Witness witness) {
        this.witness = witness;
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
        numbers.forEach(number -> witness.processed(shardId, number));
        if (checkpoint(input.checkpointer())) {
            witness.checkpointed(numbers);
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
