package io.millrace.streams;

/**
 * What tags and policies hang on: a stream, or one consumer of it.
 *
 * @param streamId the stream's incarnation
 * @param consumer the consumer's name and creation second as they end its ARN, {@code name:second}; empty for the stream
 */
record ResourceKey(long streamId, String consumer) {
    private static final String NO_CONSUMER = "";

    static ResourceKey ofStream(long streamId) {
        return new ResourceKey(streamId, NO_CONSUMER);
    }

    static ResourceKey ofConsumer(long streamId, String name, long creationSecond) {
        return new ResourceKey(streamId, name + ":" + creationSecond);
    }
}
