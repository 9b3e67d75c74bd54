package io.millrace.clients.crt;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The SDK's two kinds of client behind one verb. */
interface Kinesis extends AutoCloseable {
    <I, O> O call(Operation<I, O> operation, I input);

    @Override
    void close();

    /** An operation as each kind of client has it. */
    record Operation<I, O>(
            BiFunction<KinesisClient, I, O> sync, BiFunction<KinesisAsyncClient, I, CompletableFuture<O>> async) {}
}
