package io.millrace.streams;

/** A consumer as subscriptions hold it: its present state, read without a lock, and its meters. */
final class LiveConsumer {
    private final ConsumerMeters meters;
    private volatile ConsumerState state;

    LiveConsumer(ConsumerState state, ConsumerMeters meters) {
        this.state = state;
        this.meters = meters;
    }

    ConsumerState state() {
        return state;
    }

    ConsumerMeters meters() {
        return meters;
    }

    void publish(ConsumerState next) {
        state = next;
    }
}
