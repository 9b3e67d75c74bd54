package io.millrace.firehose.processing;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.Invocation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Has a function transform records: forms events within Lambda's limits, calls again what may succeed another time, and
 * finds for each record what the answer says of it.
 */
final class Transformation {
    private static final Duration PAUSE_FIRST = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final int DOUBLINGS_MAX_COUNT = 10;

    private final Processors.Lambda lambda;
    private final StreamIdentity stream;
    private final FunctionInvoker functions;
    private final Duration callMax;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Pauses pauses;
    private final ProcessingMeters meters;

    Transformation(
            Processors.Lambda lambda,
            StreamIdentity stream,
            FunctionInvoker functions,
            Duration callMax,
            InstantSource clock,
            RandomGenerator random,
            Pauses pauses,
            ProcessingMeters meters) {
        this.lambda = lambda;
        this.stream = stream;
        this.functions = functions;
        this.callMax = callMax;
        this.clock = clock;
        this.random = random;
        this.pauses = pauses;
        this.meters = meters;
    }

    /** Why a whole event was not transformed. */
    private record Refusal(String code, String message, boolean mayPass) {}

    /** What came of calling, and calling again. */
    private sealed interface Calls {
        record Answered(int count, FunctionAnswer answer) implements Calls {}

        record Refused(int count, Refusal refusal) implements Calls {}
    }

    /** What becomes of each record; what needs no transforming passes through. The order stays. */
    List<Step> transform(List<Step> steps) throws InterruptedException {
        var transformed = new ArrayList<Step>(steps.size());
        var batch = new ArrayList<Fragment>();
        Optional<FunctionEvent> event = Optional.empty();
        // Steps that are done stand between records of an event, so places are kept and filled when the answer is
        // there.
        var places = new ArrayList<Integer>();
        long bytes = 0;
        for (var step : steps) {
            if (!(step instanceof Fragment fragment)) {
                transformed.add(step);
                continue;
            }
            if (event.isEmpty() || !event.get().add(fragment)) {
                call(event, batch, places, transformed);
                bytes = 0;
                var next = newEvent(fragment);
                if (!next.add(fragment)) {
                    event = Optional.empty();
                    transformed.add(failed(
                            fragment,
                            "Lambda.RequestTooLarge",
                            "The record is larger than the " + FunctionInvoker.PAYLOAD_MAX_BYTES
                                    + " bytes that an event may have.",
                            1));
                    continue;
                }
                event = Optional.of(next);
            }
            batch.add(fragment);
            places.add(transformed.size());
            transformed.add(step);
            bytes += fragment.data().length;
            if (bytes >= lambda.bufferBytes()) {
                call(event, batch, places, transformed);
                event = Optional.empty();
                bytes = 0;
            }
        }
        call(event, batch, places, transformed);
        return transformed;
    }

    private FunctionEvent newEvent(Fragment first) {
        // Version 4, variant 2: a random UUID from the chance that was given to us.
        var id = new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE);
        int encoded = (int) Math.min(FunctionInvoker.PAYLOAD_MAX_BYTES, 2L * lambda.bufferBytes() + 4096);
        return new FunctionEvent(id, stream, first, encoded, FunctionInvoker.PAYLOAD_MAX_BYTES);
    }

    /** Calls the function with the batch and puts what became of the records in their places. Leaves the batch empty. */
    private void call(Optional<FunctionEvent> event, List<Fragment> batch, List<Integer> places, List<Step> transformed)
            throws InterruptedException {
        if (event.isEmpty() || batch.isEmpty()) {
            return;
        }
        var ids = event.get().recordIds();
        var calls = callUntilAnswered(event.get().bytes());
        int succeeded = 0;
        long succeededBytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            var step = switch (calls) {
                case Calls.Answered(int count, var answer) -> outcome(batch.get(i), ids.get(i), answer, count);
                case Calls.Refused(int count, var refusal) ->
                    failed(batch.get(i), refusal.code(), refusal.message(), count);
            };
            if (step instanceof Fragment || step instanceof Step.Done(Processed.Dropped _)) {
                succeeded++;
                succeededBytes += batch.get(i).data().length;
            }
            transformed.set(places.get(i), step);
        }
        meters.transformed(succeeded, succeededBytes);
        batch.clear();
        places.clear();
    }

    private Calls callUntilAnswered(byte[] event) throws InterruptedException {
        for (int count = 1; ; count++) {
            long start = meters.startNanos();
            var invocation = functions.invoke(
                    lambda.arn(), Optional.empty(), event, clock.instant().plus(callMax));
            if (invocation instanceof Invocation.Answered answered && answered.successful()) {
                meters.called(start, true);
                return new Calls.Answered(count, FunctionAnswer.read(answered.payload()));
            }
            meters.called(start, false);
            var refusal = refusal(invocation);
            if (!refusal.mayPass() || count > lambda.retries()) {
                return new Calls.Refused(count, refusal);
            }
            pauses.pause(pauseAfter(count));
        }
    }

    /** Doubles from try to try; a random half of it, so that streams that failed together don't return together. */
    private Duration pauseAfter(int count) {
        long millis =
                Math.min(PAUSE_MAX.toMillis(), PAUSE_FIRST.toMillis() << Math.min(count - 1, DOUBLINGS_MAX_COUNT));
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }

    private static Refusal refusal(Invocation invocation) {
        return switch (invocation) {
            case Invocation.Unanswered(var reason, var message) ->
                switch (reason) {
                    case UNBOUND -> new Refusal("Lambda.ResourceNotFound", message, true);
                    case TIMED_OUT -> new Refusal("Lambda.FunctionTimedOut", message, true);
                    case CONNECTION -> new Refusal("Lambda.ServiceException", message, true);
                };
            case Invocation.Answered answered -> refusal(answered);
        };
    }

    private static Refusal refusal(Invocation.Answered answered) {
        if (answered.functionError().isPresent()) {
            return new Refusal(
                    "Lambda.FunctionError",
                    "The Lambda function was successfully invoked but it returned an error result.",
                    true);
        }
        int status = answered.statusCode();
        return switch (status) {
            case 401, 403 ->
                new Refusal(
                        "Lambda.InvokeAccessDenied",
                        "Access was denied. Ensure that the access policy allows access to the Lambda function.",
                        true);
            case 404 -> new Refusal("Lambda.ResourceNotFound", "The Lambda function was not found.", true);
            case 413 -> new Refusal("Lambda.RequestTooLarge", "The endpoint refused the event for its size.", false);
            case 429 -> new Refusal("Lambda.InvokeLimitExceeded", "The Lambda function was called too often.", true);
            default ->
                status >= 500
                        ? new Refusal(
                                "Lambda.ServiceException", "The endpoint answered with status " + status + ".", true)
                        : new Refusal(
                                "Lambda.InvalidResponse", "The endpoint answered with status " + status + ".", false);
        };
    }

    private Step outcome(Fragment fragment, String id, FunctionAnswer answer, int calls) {
        var entry = answer.entries().get(id);
        if (entry == null) {
            return failed(
                    fragment,
                    "Lambda.MissingRecordId",
                    "One or more record Ids were not returned. Ensure that the Lambda function returns all received record"
                            + " Ids.",
                    calls);
        }
        if (entry.times() > 1) {
            return failed(
                    fragment,
                    "Lambda.DuplicatedRecordId",
                    "Multiple records were returned with the same record Id. Ensure that the Lambda function returns a"
                            + " unique record Id for each record.",
                    calls);
        }
        return switch (entry.result().orElse("")) {
            case "Ok" -> transformed(fragment, entry, calls);
            case "Dropped" -> new Step.Done(new Processed.Dropped(fragment.source()));
            case "ProcessingFailed" ->
                failed(fragment, "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record", calls);
            default ->
                failed(
                        fragment,
                        "Lambda.InvalidResponse",
                        "The result of a record must be Ok, Dropped or ProcessingFailed.",
                        calls);
        };
    }

    private Step transformed(Fragment fragment, FunctionAnswer.Entry entry, int calls) {
        if (entry.data().isEmpty()) {
            return failed(
                    fragment,
                    "Lambda.InvalidReturnFormat",
                    "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and processing"
                            + " result is Ok. The value field cannot be null when the SourceType is MSKAsSource and"
                            + " processing result is Ok.",
                    calls);
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(entry.data().get());
        } catch (IllegalArgumentException _) {
            return failed(
                    fragment, "Lambda.JsonProcessingException", "The data of the record is not valid base64.", calls);
        }
        return fragment.transformed(data, Map.copyOf(entry.partitionKeys()), Map.copyOf(entry.table()));
    }

    private Step failed(Fragment fragment, String code, String message, int attempts) {
        Instant now = clock.instant();
        return new Step.Done(new Processed.Failed(
                fragment.source(),
                ProcessingPipeline.PROCESSING_FAILED,
                code,
                message,
                fragment.original(),
                attempts,
                now,
                lambda.qualifiedArn()));
    }
}
