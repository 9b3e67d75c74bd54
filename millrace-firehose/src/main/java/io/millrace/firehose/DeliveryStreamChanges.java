package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStream;

/**
 * Is told of changes to delivery streams by the thread that makes them, one at a time, each when it is durable. What was
 * changed before the server started is found in {@link io.millrace.firehose.definition.DeliveryStreams#all}.
 */
public interface DeliveryStreamChanges {
    /** Before anybody can put records or see it. What is thrown undoes the creation. */
    void created(DeliveryStream stream);

    /** Its destination has a further revision, or its encryption changed. */
    void updated(DeliveryStream stream);

    /**
     * Nobody can put or see it any more; what it still holds is discarded.
     *
     * @return what of it takes a moment: to be run when others may make changes again
     */
    Runnable deleted(DeliveryStream stream);
}
