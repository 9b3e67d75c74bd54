package io.millrace.firehose.engine;

import java.util.OptionalLong;
import java.util.UUID;

/**
 * A delivery that was begun: the next run forms the same batch again and gives it the same id.
 *
 * @param upTo the offset after the last record of the batch
 * @param id what the ids of its batches are made from
 * @param firstFailureMillis when an attempt failed first, if one did
 * @param attempts how many attempts failed
 */
record Intent(long upTo, UUID id, OptionalLong firstFailureMillis, int attempts) {
    /** The same for a batch that is not the same any more. */
    Intent renamed(UUID other) {
        return new Intent(upTo, other, firstFailureMillis, attempts);
    }
}
