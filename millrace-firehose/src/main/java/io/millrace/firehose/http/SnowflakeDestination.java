package io.millrace.firehose.http;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.StreamIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

/**
 * A Snowflake table, through a channel of Snowpipe Streaming for each source shard and version. Rows are delivered when Snowflake has
 * committed them, not when it took them. Each request carries how far it brings the batch, and opening a channel says what of
 * that is committed: a batch that comes again, in the next attempt or after a crash, goes on from there.
 *
 * <p>Snowflake says how many rows it refused and about where, not which. Where it refused some, all rows of the batch up to
 * there go to the error output, so that none is lost.
 */
final class SnowflakeDestination implements Destination {
    /** Usually it takes some seconds. */
    private static final Duration COMMIT_WAIT_MAX = Duration.ofMinutes(3);

    private static final Duration COMMIT_POLL_PAUSE = Duration.ofSeconds(1);
    private static final int REQUEST_MAX_BYTES = SnowflakeRows.ROW_MAX_BYTES;
    /** More than the names of columns and all that a metadata column says can take. */
    private static final int ROW_MARGIN_BYTES = 32 << 10;

    private final StreamIdentity stream;
    private final SnowflakeDestinationConfiguration configuration;
    private final SnowflakePipe pipe;
    private final SnowflakeRows rows;
    private final Path scratchFolder;
    private final InstantSource clock;
    private final Pause pause;

    SnowflakeDestination(
            StreamIdentity stream,
            SnowflakeDestinationConfiguration configuration,
            SnowflakePipe pipe,
            Path scratchFolder,
            InstantSource clock,
            Pause pause) {
        this.stream = stream;
        this.configuration = configuration;
        this.pipe = pipe;
        this.scratchFolder = scratchFolder;
        this.clock = clock;
        this.pause = pause;
        rows = new SnowflakeRows(stream, configuration);
    }

    @Override
    public String name() {
        return "Snowflake";
    }

    @Override
    public String errorOutputType() {
        return "snowflake-failed";
    }

    @Override
    public Duration retryDuration() {
        return Duration.ofSeconds(configuration.retryOptions().durationInSeconds());
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        try {
            var undelivered = deliver(batch, channelName(batch.shard()));
            return undelivered.isEmpty() ? new Attempt.Delivered() : new Attempt.Partly(undelivered);
        } catch (SnowflakeRefusalException e) {
            return new Attempt.Refused(e.failure());
        } catch (MissingSecretException e) {
            return new Attempt.Refused(new Failure("Snowflake.InvalidCredentials", e.getMessage(), RETRY));
        } catch (IllegalArgumentException e) {
            return new Attempt.Refused(new Failure("Snowflake.InvalidUrl", String.valueOf(e.getMessage()), RETRY));
        } catch (IOException e) {
            // Only the scratch file's trouble comes here: Snowflake's is an answer.
            throw new UncheckedIOException("A request could not be prepared in " + scratchFolder, e);
        }
    }

    /**
     * Another for each source shard and version: its batches come one after another, while two versions deliver at the same time
     * after an update, and whoever opens a channel drops what others have on their way through it.
     */
    private String channelName(String shard) {
        var unique = UUID.nameUUIDFromBytes(
                (stream.arn() + " " + stream.version() + " " + shard).getBytes(StandardCharsets.UTF_8));
        return ("MILLRACE_" + stream.name() + "_" + unique)
                .toUpperCase(Locale.ROOT)
                .replaceAll("[^A-Z0-9_]", "_");
    }

    private List<Attempt.Undelivered> deliver(Batch batch, String channel)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var opened = pipe.open(channel);
        var committed = SnowflakeOffset.parse(opened.status().committed())
                .filter(offset -> offset.batch().equals(batch.id()));
        long errorsBefore = committed
                .map(SnowflakeOffset::errorsBefore)
                .orElse(opened.status().errors());
        var sending = new Sending(
                batch,
                channel,
                opened.continuation(),
                committed.filter(offset -> isPartOf(batch, offset)),
                errorsBefore);
        sending.run();
        var status = sending.last == null ? opened.status() : awaitCommit(channel, sending.last.text());
        var undelivered = sending.malformed;
        // A count that has gone down was begun anew, with the channel.
        long refused = status.errors() >= errorsBefore ? status.errors() - errorsBefore : status.errors();
        if (refused > 0 && sending.rowCount > 0) {
            addSuspects(batch, status, refused, sending.rowCount, undelivered);
        }
        return undelivered;
    }

    /** Whether the batch has just the rows that the table has: a function may have answered differently the second time. */
    private boolean isPartOf(Batch batch, SnowflakeOffset committed) {
        var check = new CRC32C();
        try (var records = batch.records()) {
            while (records.hasNext()) {
                var record = records.next();
                if (!committed.covers(record.position())) {
                    break;
                }
                rows.find(record).ifPresent(check::update);
            }
        }
        return (int) check.getValue() == committed.check();
    }

    /** One pass over a batch that sends what the table does not have yet. */
    private final class Sending {
        private final Batch batch;
        private final String channel;
        private final Optional<SnowflakeOffset> committed;
        private final long errorsBefore;
        private final CRC32C check = new CRC32C();
        private final List<Attempt.Undelivered> malformed = new ArrayList<>();
        private String continuation;
        private long rowCount;
        private @Nullable SnowflakeOffset last;

        Sending(
                Batch batch,
                String channel,
                String continuation,
                Optional<SnowflakeOffset> committed,
                long errorsBefore) {
            this.batch = batch;
            this.channel = channel;
            this.continuation = continuation;
            this.committed = committed;
            this.errorsBefore = errorsBefore;
        }

        void run() throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
            try (var records = new PeekedRecords(batch.records())) {
                while (records.hasNext()) {
                    try (var body = new RequestBody(scratchFolder)) {
                        fill(body, records);
                        if (body.length() > 0 && last != null) {
                            continuation = pipe.append(channel, continuation, last, body);
                        }
                    }
                }
            }
        }

        private void fill(RequestBody body, PeekedRecords records) throws IOException {
            while (records.hasNext()
                    && (body.length() == 0
                            || body.length() + records.peek().data().length + ROW_MARGIN_BYTES <= REQUEST_MAX_BYTES)) {
                var record = records.next();
                var row = row(record);
                if (row.isEmpty()) {
                    continue;
                }
                check.update(row.get());
                rowCount++;
                if (committed.isEmpty() || !committed.get().covers(record.position())) {
                    body.write(row.get());
                    var position = record.position();
                    last = new SnowflakeOffset(
                            batch.id(), position.offset(), position.sub(), (int) check.getValue(), errorsBefore);
                }
            }
        }

        private Optional<byte[]> row(DeliveryRecord record) {
            try {
                return Optional.of(rows.of(record));
            } catch (IOException e) {
                // The first line says what is wrong; the parser's others say where in memory.
                var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                var failure = new Failure("Snowflake.InvalidInput", message, GIVE_UP);
                malformed.add(new Attempt.Undelivered(record, failure, Map.of()));
                return Optional.empty();
            }
        }
    }

    private SnowflakePipe.Status awaitCommit(String channel, String token)
            throws IOException, InterruptedException, MissingSecretException, SnowflakeRefusalException {
        var deadline = clock.instant().plus(COMMIT_WAIT_MAX);
        var trouble = "";
        while (true) {
            try {
                var status = pipe.status(channel);
                if (status.committed().equals(token)) {
                    return status;
                }
                if (status.code().startsWith("ERR")) {
                    throw new SnowflakeRefusalException(new Failure(
                            "Snowflake.ChannelInvalidated",
                            "Snowflake says of the channel: " + status.code() + " " + status.lastError(),
                            RETRY));
                }
            } catch (SnowflakeRefusalException e) {
                if (e.failure().code().equals("Snowflake.ChannelInvalidated")) {
                    throw e;
                }
                trouble = "; " + e.failure().message();
            }
            if (!clock.instant().plus(COMMIT_POLL_PAUSE).isBefore(deadline)) {
                throw new SnowflakeRefusalException(new Failure(
                        "Snowflake.CommitTimeout",
                        "Snowflake did not commit the rows within " + COMMIT_WAIT_MAX.toSeconds() + " seconds"
                                + trouble,
                        RETRY));
            }
            pause.take(COMMIT_POLL_PAUSE);
        }
    }

    private void addSuspects(
            Batch batch, SnowflakePipe.Status status, long refused, long rowCount, List<Attempt.Undelivered> to) {
        var bound = SnowflakeOffset.parse(status.lastErrorBound())
                .filter(offset -> offset.batch().equals(batch.id()));
        var failure = new Failure(
                "Snowflake.RowRefused",
                "Snowflake refused " + refused + " of the " + rowCount + " rows that this one came with: "
                        + status.lastError(),
                GIVE_UP);
        try (var records = batch.records()) {
            while (records.hasNext()) {
                var record = records.next();
                if (bound.isPresent() && !bound.get().covers(record.position())) {
                    break;
                }
                if (rows.find(record).isPresent()) {
                    to.add(new Attempt.Undelivered(record, failure, Map.of()));
                }
            }
        }
    }

    /** The connections are shared with all HTTP destinations. */
    @Override
    public void close() {}
}
