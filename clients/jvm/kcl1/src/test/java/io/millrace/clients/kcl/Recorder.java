package io.millrace.clients.kcl;

import com.amazonaws.services.kinesis.clientlibrary.exceptions.InvalidStateException;
import com.amazonaws.services.kinesis.clientlibrary.exceptions.ShutdownException;
import com.amazonaws.services.kinesis.clientlibrary.exceptions.ThrottlingException;
import com.amazonaws.services.kinesis.clientlibrary.interfaces.IRecordProcessorCheckpointer;
import com.amazonaws.services.kinesis.clientlibrary.interfaces.v2.IRecordProcessor;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.ShutdownReason;
import com.amazonaws.services.kinesis.clientlibrary.types.InitializationInput;
import com.amazonaws.services.kinesis.clientlibrary.types.ProcessRecordsInput;
import com.amazonaws.services.kinesis.clientlibrary.types.ShutdownInput;
import io.millrace.clients.support.TestStream;
import io.millrace.clients.support.Witness;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.utils.BinaryUtils;

/** Processes one shard's records before a witness, and takes a checkpoint after each batch. */
final class Recorder implements IRecordProcessor {
    private static final Logger LOG = Logger.getLogger(Recorder.class.getName());

    private final Witness witness;
    private String shardId = "none yet";

    Recorder(Witness witness) {
        this.witness = witness;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.getShardId();
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        var numbers = input.getRecords().stream()
                .map(record -> TestStream.numberOf(BinaryUtils.copyAllBytesFrom(record.getData())))
                .toList();
        numbers.forEach(number -> witness.processed(shardId, number));
        if (checkpoint(input.getCheckpointer())) {
            witness.checkpointed(numbers);
        }
    }

    @Override
    public void shutdown(ShutdownInput input) {
        if (input.getShutdownReason() == ShutdownReason.TERMINATE) {
            checkpoint(input.getCheckpointer());
        }
    }

    /** False if the shard has got another owner, who will see the same records again. */
    private boolean checkpoint(IRecordProcessorCheckpointer checkpointer) {
        try {
            checkpointer.checkpoint();
            return true;
        } catch (ShutdownException e) {
            LOG.log(Level.INFO, "lost " + shardId, e);
            return false;
        } catch (InvalidStateException | ThrottlingException e) {
            throw new IllegalStateException("the lease of " + shardId, e);
        }
    }
}
