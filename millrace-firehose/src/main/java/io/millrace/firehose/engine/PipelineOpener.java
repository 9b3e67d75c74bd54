package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.processing.Pipeline;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;

/** Opens the processing of one version of a delivery stream. */
public interface PipelineOpener {
    Pipeline open(@Nullable ProcessingConfiguration configuration, StreamIdentity stream, Wanted wanted);

    /** What a destination wants of processing. */
    sealed interface Wanted {
        /** @param converted whether the records are converted to a columnar format afterwards */
        record Records(boolean converted) implements Wanted {}

        record ForSplunk() implements Wanted {}

        /** @param prefix has the expressions that name the partition keys */
        record PartitionKeys(String prefix, boolean converted) implements Wanted {}

        /** The tables that records are rows of. */
        record Tables() implements Wanted {}
    }
}
