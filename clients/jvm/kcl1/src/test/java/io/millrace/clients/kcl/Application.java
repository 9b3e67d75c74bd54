package io.millrace.clients.kcl;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.services.dynamodbv2.model.BillingMode;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.InitialPositionInStream;
import com.amazonaws.services.kinesis.clientlibrary.lib.worker.KinesisClientLibConfiguration;
import com.amazonaws.services.kinesis.metrics.impl.NullMetricsFactory;
import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import io.millrace.clients.support.Witness;
import java.net.URI;
import java.util.List;

/**
 * A consumer application: all its workers share the stream's shards through leases in one DynamoDB table. It begins with the
 * oldest record.
 *
 * @param endpoint where Millrace is
 * @param dynamoDb where the leases are
 * @param stream the stream's name
 */
record Application(URI endpoint, URI dynamoDb, String stream) {
    private static final long LEASE_MILLIS = 3_000;
    private static final long AUDIT_INTERVAL_MILLIS = 2_000;
    private static final long PARENT_POLL_INTERVAL_MILLIS = 200;
    private static final long IDLE_BETWEEN_READS_MILLIS = 200;

    static Application of(Millrace millrace, LocalDynamoDb dynamoDb, TestStream stream, Retrieval retrieval) {
        return switch (retrieval) {
            case POLLING -> new Application(millrace.endpoint(), dynamoDb.endpoint(), stream.name());
        };
    }

    static Application parse(List<String> words) {
        return new Application(URI.create(words.get(0)), URI.create(words.get(1)), words.get(2));
    }

    /** What {@link #parse} makes the same application of, in another process. */
    List<String> words() {
        return List.of(endpoint.toString(), dynamoDb.toString(), stream);
    }

    /** A worker that is not running yet. */
    @SuppressWarnings("deprecation") // The short constructor; the others take every setting there is.
    Worker newWorker(String workerId, Witness witness) {
        var credentials =
                new AWSStaticCredentialsProvider(new BasicAWSCredentials(Millrace.ACCESS_KEY, Millrace.SECRET_KEY));
        // Everything is told apart by the stream, whose name no other test uses.
        var config = new KinesisClientLibConfiguration(stream, stream, credentials, workerId)
                .withRegionName(Millrace.REGION)
                .withKinesisEndpoint(endpoint.toString())
                .withDynamoDBEndpoint(dynamoDb.toString())
                .withBillingMode(BillingMode.PAY_PER_REQUEST)
                .withInitialPositionInStream(InitialPositionInStream.TRIM_HORIZON)
                .withFailoverTimeMillis(LEASE_MILLIS)
                .withShardSyncIntervalMillis(AUDIT_INTERVAL_MILLIS)
                .withLeasesRecoveryAuditorExecutionFrequencyMillis(AUDIT_INTERVAL_MILLIS)
                .withParentShardPollIntervalMillis(PARENT_POLL_INTERVAL_MILLIS)
                .withIdleTimeBetweenReadsInMillis(IDLE_BETWEEN_READS_MILLIS);
        var worker = new com.amazonaws.services.kinesis.clientlibrary.lib.worker.Worker.Builder()
                .recordProcessorFactory(() -> new Recorder(witness))
                .config(config)
                .metricsFactory(new NullMetricsFactory())
                .build();
        return new Worker(worker, worker::shutdown);
    }
}
