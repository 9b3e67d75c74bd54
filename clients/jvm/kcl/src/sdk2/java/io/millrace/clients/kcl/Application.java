package io.millrace.clients.kcl;

import io.millrace.clients.support.LocalDynamoDb;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import io.millrace.clients.support.Witness;
import java.net.URI;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A consumer application: all its workers share the stream's shards through leases in one DynamoDB table. It begins with the
 * oldest record.
 *
 * @param endpoint where Millrace is
 * @param dynamoDb where the leases are
 * @param stream the stream's name
 * @param retrieval how the records come
 */
record Application(URI endpoint, URI dynamoDb, String stream, Retrieval retrieval) {
    private static final long DISPATCH_INTERVAL_MILLIS = 100;
    private static final long PARENT_POLL_INTERVAL_MILLIS = 200;
    private static final long IDLE_BETWEEN_READS_MILLIS = 200;

    static Application of(Millrace millrace, LocalDynamoDb dynamoDb, TestStream stream, Retrieval retrieval) {
        return new Application(millrace.endpoint(), dynamoDb.endpoint(), stream.name(), retrieval);
    }

    static Application parse(List<String> words) {
        return new Application(
                URI.create(words.get(0)), URI.create(words.get(1)), words.get(2), Retrieval.valueOf(words.get(3)));
    }

    /** What {@link #parse} makes the same application of, in another process. */
    List<String> words() {
        return List.of(endpoint.toString(), dynamoDb.toString(), stream, retrieval.name());
    }

    /** A worker that is not running yet. */
    Worker newWorker(String workerId, Witness witness) {
        var kinesis = KinesisClientUtil.createKinesisAsyncClient(at(endpoint, KinesisAsyncClient.builder()));
        // Everything is told apart by the stream, whose name no other test uses.
        var configs = new ConfigsBuilder(
                new SingleStreamTracker(
                        stream,
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                stream,
                kinesis,
                at(dynamoDb, DynamoDbAsyncClient.builder()).build(),
                at(endpoint, CloudWatchAsyncClient.builder()).build(),
                workerId,
                () -> new Recorder(witness));
        var scheduler = new Scheduler(
                configs.checkpointConfig(),
                configs.coordinatorConfig()
                        .shardConsumerDispatchPollIntervalMillis(DISPATCH_INTERVAL_MILLIS)
                        .parentShardPollIntervalMillis(PARENT_POLL_INTERVAL_MILLIS),
                Pace.quick(configs.leaseManagementConfig()),
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                configs.retrievalConfig().retrievalSpecificConfig(retrievalFrom(kinesis)));
        return new Worker(scheduler, scheduler::shutdown);
    }

    private RetrievalSpecificConfig retrievalFrom(KinesisAsyncClient kinesis) {
        return switch (retrieval) {
            case POLLING -> new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(IDLE_BETWEEN_READS_MILLIS);
            case FAN_OUT -> new FanOutConfig(kinesis).streamName(stream).applicationName(stream);
        };
    }

    private static <B extends AwsClientBuilder<B, ?>> B at(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.of(Millrace.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)));
    }
}
