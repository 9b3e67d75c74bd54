package io.millrace.streams;

import io.millrace.log.AppendResult;
import io.millrace.log.Log;
import io.millrace.log.LogUnavailableException;
import io.millrace.log.ShardSealedException;
import io.millrace.log.UnknownShardException;
import io.millrace.model.AwsException;
import io.millrace.model.PutRecordsBatch;
import io.millrace.model.ServiceUnavailableException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A checked batch on its way into the log. Should a shard be sealed under its feet, none of it was stored, and it is
 * routed anew as soon as the shard's children are there, which have a capacity of their own; what it took up of other
 * shards' is not taken up again. The client notices nothing.
 */
final class PutCall implements LiveStream.Put {
    /** How the client is told. */
    interface Answer {
        /** What could be stored is durable. */
        void stored(StoredRecords records);

        void failed(Throwable failure);
    }

    private final Log log;
    private final LiveStream stream;
    private final PutRecordsBatch batch;
    private final ThreadLocal<BatchRouter> routers;
    private final Executor executor;
    private final Answer answer;
    // Set before the call is handed over to whoever routes it anew, under the stream's monitor or on the same thread.
    private BatchRouter.Paid paid = BatchRouter.Paid.NOTHING;

    /** @param executor learns from the log what has become of the records */
    PutCall(
            Log log,
            LiveStream stream,
            PutRecordsBatch batch,
            ThreadLocal<BatchRouter> routers,
            Executor executor,
            Answer answer) {
        this.log = log;
        this.stream = stream;
        this.batch = batch;
        this.routers = routers;
        this.executor = executor;
        this.answer = answer;
    }

    @Override
    public void append() {
        var state = stream.state();
        if (!state.writable()) {
            answer.failed(state.address().notFound());
            return;
        }
        var routed = routers.get().route(state, stream.throughput(), batch, paid);
        if (routed.append().isEmpty()) {
            stored(routed, List.of());
            return;
        }
        log.append(routed.append().get(), executor)
                .whenComplete((results, failure) -> settle(state, routed, results, failure));
    }

    private void settle(
            StreamState routedBy,
            RoutedBatch routed,
            @Nullable List<AppendResult> results,
            @Nullable Throwable failure) {
        if (results != null) {
            stream.count(routed);
            stored(routed, results);
            return;
        }
        switch (unwrapped(failure)) {
            case ShardSealedException _ -> {
                paid = routed::charged;
                stream.park(routedBy, this);
            }
            case LogUnavailableException _ -> answer.failed(new ServiceUnavailableException());
            // The stream was deleted in this moment.
            case UnknownShardException _ -> answer.failed(routedBy.address().notFound());
            case Throwable fault -> answer.failed(fault);
        }
    }

    private void stored(RoutedBatch routed, List<AppendResult> results) {
        var meters = stream.meters().shards();
        if (meters.enabled()) {
            routed.count(meters);
        }
        answer.stored(new StoredRecords(routed, results));
    }

    private static Throwable unwrapped(@Nullable Throwable failure) {
        return switch (failure) {
            case CompletionException wrapper when wrapper.getCause() != null -> wrapper.getCause();
            case Throwable bare -> bare;
            case null -> new AssertionError("an append completed with neither result nor failure");
        };
    }

    @Override
    public void refuse(AwsException refusal) {
        answer.failed(refusal);
    }
}
