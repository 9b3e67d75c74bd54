package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.DeliveryRecord;
import java.io.IOException;

/** Makes what COPY reads from a record. */
sealed interface Rows permits JsonRows, RawRows {

    /** The options of {@code COPY .. FROM STDIN} that say how the rows are laid out. */
    String copyOptions();

    /**
     * The record's rows as COPY wants them.
     *
     * @throws IOException if the record is not what the format says; its message says how
     */
    byte[] of(DeliveryRecord record) throws IOException;
}
