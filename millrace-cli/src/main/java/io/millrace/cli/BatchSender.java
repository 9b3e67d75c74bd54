package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Sends batches until each record is accepted. What the service refuses for the moment is sent again, in the order it had
 * and before anything that comes after it on the same lane. Safe for use from several threads.
 */
final class BatchSender {
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** What is still to be sent of a batch, and why. */
    private record Rest(List<Batch.Entry> entries, String reason) {}

    private final KinesisClient kinesis;
    private final Endpoint endpoint;
    private final String stream;
    private final SendReport report;
    private final Duration withoutProgressMax;
    private final Shell shell;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** @param withoutProgressMax after so long without one record of a batch accepted, the run has failed */
    BatchSender(
            KinesisClient kinesis,
            Endpoint endpoint,
            String stream,
            SendReport report,
            Duration withoutProgressMax,
            Shell shell) {
        this.kinesis = kinesis;
        this.endpoint = endpoint;
        this.stream = stream;
        this.report = report;
        this.withoutProgressMax = withoutProgressMax;
        this.shell = shell;
    }

    /** What ended the run; once it is there, nothing more is sent. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** What ended the run, in words. Only to be asked when there is something. */
    CommandFailure told() {
        var cause = failure().orElseThrow();
        return new CommandFailure(Complaint.about(cause, endpoint), cause);
    }

    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    /** Returns when all records are accepted, or the run has failed. */
    void send(List<Batch.Entry> batch, RandomGenerator random) throws InterruptedException {
        var rest = new Rest(batch, "");
        var giveUpAt = giveUpAt();
        for (int retryIndex = 0; failure.get() == null; ) {
            int before = rest.entries().size();
            rest = sendOnce(rest);
            int left = rest.entries().size();
            if (left == 0) {
                return;
            }
            if (left < before) {
                retryIndex = 0;
                giveUpAt = giveUpAt();
            } else if (shell.clock().instant().isAfter(giveUpAt)) {
                fail(new CommandFailure("Gave up after " + withoutProgressMax.toSeconds()
                        + " seconds in which no record was accepted. " + rest.reason()));
            }
            if (failure.get() == null) {
                report.retrying(left, rest.reason());
                shell.sleeper().sleep(BACKOFF.beforeRetry(retryIndex++, random));
            }
        }
        report.gaveUp(rest.entries().size());
    }

    private Rest sendOnce(Rest toSend) {
        try {
            var records = toSend.entries().stream().map(Batch.Entry::record).toList();
            var reply = kinesis.putRecords(request -> request.streamName(stream).records(records));
            return refused(toSend.entries(), reply.records());
        } catch (SdkException e) {
            if (!Complaint.isPassing(e)) {
                fail(e);
            }
            return new Rest(toSend.entries(), Complaint.about(e, endpoint));
        }
    }

    private Rest refused(List<Batch.Entry> sent, List<PutRecordsResultEntry> results) {
        assert sent.size() == results.size() : sent.size() + " sent, " + results.size() + " answered";
        var refused = new ArrayList<Batch.Entry>();
        var reason = "";
        long acceptedBytes = 0;
        for (int i = 0; i < sent.size(); i++) {
            var result = results.get(i);
            if (result.errorCode() == null) {
                acceptedBytes += sent.get(i).dataBytes();
            } else {
                refused.add(sent.get(i));
                reason = result.errorMessage() + " (" + result.errorCode() + ")";
            }
        }
        if (refused.size() < sent.size()) {
            report.accepted(sent.size() - refused.size(), acceptedBytes);
        }
        return new Rest(refused, reason);
    }

    private Instant giveUpAt() {
        return shell.clock().instant().plus(withoutProgressMax);
    }
}
