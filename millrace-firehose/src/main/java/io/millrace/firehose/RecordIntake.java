package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStream;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import software.amazon.awssdk.core.SdkBytes;

/** Takes the records that clients put. Called on an event loop, so it must not block. */
@FunctionalInterface
public interface RecordIntake {
    /**
     * Keeps the records of one call, in their order, whole or not at all.
     *
     * @param records the caller gives them away and changes them no more
     * @param executor completes the stage, with those of other calls that name the same one
     * @return completed when they are durable, with the place of the first; the others follow it. Places of one delivery
     *     stream are given out once. Refused with {@link io.millrace.model.SlowDownException} while there is no room.
     */
    CompletionStage<Long> take(DeliveryStream stream, List<SdkBytes> records, Executor executor);
}
