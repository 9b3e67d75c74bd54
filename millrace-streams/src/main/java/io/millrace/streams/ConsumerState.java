package io.millrace.streams;

import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/**
 * All that is known of a consumer at one moment. Never changed; a change makes a new one, first in the catalog and then
 * in the view.
 *
 * @param id unlike name and ARN never used twice
 * @param streamId the incarnation of the stream that it is registered with
 * @param transitionDueMillis when the pending step may be completed, while the status is not ACTIVE
 */
record ConsumerState(
        long id,
        long streamId,
        ConsumerAddress address,
        ConsumerStatus status,
        long createdMillis,
        long transitionDueMillis) {

    /** What its tags and its policy hang on. */
    ResourceKey key() {
        return ResourceKey.ofConsumer(streamId, address.name(), address.creationSecond());
    }

    ConsumerState active() {
        return new ConsumerState(id, streamId, address, ConsumerStatus.ACTIVE, createdMillis, 0);
    }

    ConsumerState deleting(long dueMillis) {
        return new ConsumerState(id, streamId, address, ConsumerStatus.DELETING, createdMillis, dueMillis);
    }
}
