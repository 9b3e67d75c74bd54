package io.millrace.firehose.redshift;

import static io.millrace.firehose.delivery.Failure.Remedy.GIVE_UP;
import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;

/**
 * A table in Redshift or PostgreSQL. The batch is staged in the intermediate bucket and copied: by Redshift from the
 * manifest, into PostgreSQL through {@code COPY FROM STDIN}, in one transaction with its line in the {@link Ledger}. Rows
 * that PostgreSQL refuses are given up one by one, and the others go in; Redshift refuses a batch as a whole.
 */
final class RedshiftDestination implements Destination {
    private final StreamIdentity stream;
    private final RedshiftDestinationConfiguration configuration;
    private final Stage stage;
    private final Database database;
    private final TargetTable table;
    private final InstantSource clock;

    RedshiftDestination(
            StreamIdentity stream,
            RedshiftDestinationConfiguration configuration,
            Stage stage,
            Database database,
            InstantSource clock) {
        this.stream = stream;
        this.configuration = configuration;
        this.stage = stage;
        this.database = database;
        this.clock = clock;
        table = TargetTable.of(configuration.copyCommand());
    }

    @Override
    public String name() {
        return "Redshift";
    }

    @Override
    public String errorOutputType() {
        return "redshift-failed";
    }

    @Override
    public Duration retryDuration() {
        return Duration.ofSeconds(configuration.retryOptions().durationInSeconds());
    }

    @Override
    public Attempt attempt(Batch batch) throws InterruptedException {
        ObjectName manifest;
        try {
            manifest = stage.put(batch);
        } catch (ObjectStoreException e) {
            return new Attempt.Refused(
                    new Failure("Redshift.S3BucketAccessDenied", String.valueOf(e.getMessage()), RETRY));
        }
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            return database.isRedshift(connection) ? copyManifest(connection, manifest) : copyRows(connection, batch);
        } catch (MissingSecretException e) {
            return new Attempt.Refused(new Failure("Redshift.AuthenticationFailed", e.getMessage(), RETRY));
        } catch (IllegalArgumentException e) {
            return new Attempt.Refused(
                    new Failure("Redshift.IncorrectCopyOptions", String.valueOf(e.getMessage()), RETRY));
        } catch (SQLException e) {
            return new Attempt.Refused(DatabaseFailure.of(e));
        }
    }

    private Attempt copyManifest(Connection connection, ObjectName manifest) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(RedshiftCopy.statement(table, manifest, configuration));
        }
        connection.commit();
        return new Attempt.Delivered();
    }

    private Attempt copyRows(Connection connection, Batch batch) throws SQLException {
        Ledger.create(connection);
        var known = Ledger.find(connection, batch.id());
        var refused = known.isPresent() ? known.get() : copyNewRows(connection, batch);
        connection.commit();
        return refused.isEmpty() ? new Attempt.Delivered() : partly(batch, refused);
    }

    /** Copies what the table takes and enters the batch; returns the reasons of what it does not take. */
    private Map<Integer, String> copyNewRows(Connection connection, Batch batch) throws SQLException {
        var options = CopyOptions.parse(configuration.copyCommand().copyOptions());
        var columns = table.columns(connection);
        var rows = switch (options.format()) {
            case CopyOptions.Format.Json(var ignoreCase) -> new JsonRows(columns, ignoreCase);
            case CopyOptions.Format.Delimited delimited -> RawRows.of(delimited);
            case CopyOptions.Format.Csv csv -> RawRows.of(csv);
        };
        var copy = "COPY " + table.sql() + TargetTable.list(columns) + " FROM STDIN WITH (" + rows.copyOptions() + ")";
        var refused = new CopyPass(connection, copy, rows).run(batch);
        Ledger.enter(connection, batch.id(), stream.arn(), clock.instant(), refused);
        return refused;
    }

    private static Attempt partly(Batch batch, Map<Integer, String> refused) {
        var undelivered = new ArrayList<Attempt.Undelivered>();
        try (var records = batch.records()) {
            for (int place = 0; records.hasNext(); place++) {
                var record = records.next();
                Optional.ofNullable(refused.get(place))
                        .map(reason -> new Failure("Redshift.DataLoadFailed", reason, GIVE_UP))
                        .ifPresent(failure -> undelivered.add(new Attempt.Undelivered(record, failure, Map.of())));
            }
        }
        return new Attempt.Partly(undelivered);
    }

    /** The rows stay in the intermediate bucket, and the manifest that tells of them is there for whoever loads them by hand. */
    @Override
    public Attempt giveUp(Batch batch) {
        try {
            stage.putErrorManifest(batch);
            return new Attempt.Delivered();
        } catch (ObjectStoreException e) {
            return new Attempt.Refused(
                    new Failure("Redshift.S3BucketAccessDenied", String.valueOf(e.getMessage()), RETRY));
        }
    }

    @Override
    public void close() {}
}
