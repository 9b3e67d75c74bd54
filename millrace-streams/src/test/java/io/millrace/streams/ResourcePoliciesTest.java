package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.AccessDeniedException;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.PutRecordsOutcome.Stored;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.StreamRef;
import io.millrace.streams.Service.Entry;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class ResourcePoliciesTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final String SHARD = "shardId-000000000000";
    private static final Caller GUEST = Service.caller("111111111111", "us-east-1");

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 3);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private static String allowing(String action) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"},
                 "Action": "%s", "Resource": "%s"}]}""".formatted(action, ARN);
    }

    private void put(String policy) {
        put(Service.CALLER, ARN, policy);
    }

    private void put(Caller caller, String arn, String policy) {
        service.streams.putResourcePolicy(
                caller,
                PutResourcePolicyRequest.builder()
                        .resourceARN(arn)
                        .policy(policy)
                        .build());
    }

    private String get(String arn) {
        return service.streams
                .getResourcePolicy(
                        Service.CALLER,
                        GetResourcePolicyRequest.builder().resourceARN(arn).build())
                .policy();
    }

    private void delete() {
        service.streams.deleteResourcePolicy(
                Service.CALLER,
                DeleteResourcePolicyRequest.builder().resourceARN(ARN).build());
    }

    private Stored putRecord(Caller caller) {
        return Service.await(service.streams.putRecord(
                caller,
                Service.batch(new StreamRef(null, ARN), List.of(new Entry("key", "0", "data")), null),
                Runnable::run));
    }

    private String iterator(Caller caller) {
        return service.streams
                .getShardIterator(
                        caller,
                        GetShardIteratorRequest.builder()
                                .streamARN(ARN)
                                .shardId(SHARD)
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)
                                .build())
                .shardIterator();
    }

    private void refused(String operation, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("User: arn:aws:iam::111111111111:root is not authorized to perform: kinesis:" + operation
                        + " on resource: " + ARN + " because no resource-based policy allows the kinesis:" + operation
                        + " action");
    }

    @Test
    void givesBackWhatWasPutToTheLetter() {
        assertThat(get(ARN)).isEqualTo("{}");
        var policy = "  " + allowing("kinesis:PutRecord") + "\n";
        put(allowing("kinesis:*"));
        put(policy);
        assertThat(get(ARN)).isEqualTo(policy);

        service.restart();
        assertThat(get(ARN)).isEqualTo(policy);
        delete();
        assertThat(get(ARN)).isEqualTo("{}");
        assertThatThrownBy(this::delete)
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("No resource policy found for resource ARN " + ARN + ".");
        service.restart();
        assertThat(get(ARN)).isEqualTo("{}");
    }

    @Test
    void refusesUnknownResourcesByTheirWholeArn() {
        var unknown = ARN + "-2";
        assertThatThrownBy(() -> put(Service.CALLER, unknown, "not even JSON"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream " + unknown + " under account 000000000000 not found.");
        assertThatThrownBy(() -> get(unknown))
                .hasMessage("Stream " + unknown + " under account 000000000000 not found.");
        assertThatThrownBy(() -> get(ARN + "/consumer/reader:1"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer " + ARN + "/consumer/reader:1, account 000000000000 not found.");
    }

    @Test
    void refusesAPolicyItCouldNotObeyAndKeepsTheOldOne() {
        put(allowing("kinesis:PutRecord"));
        assertThatThrownBy(() -> put("{}")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> put(allowing("kinesis:*") + " ".repeat(20 * 1024)))
                .isInstanceOf(LimitExceededException.class);
        assertThat(get(ARN)).isEqualTo(allowing("kinesis:PutRecord"));
    }

    @Test
    void withoutAPolicyOtherAccountsGetNothing() {
        refused("PutRecord", () -> putRecord(GUEST));
        refused("GetShardIterator", () -> iterator(GUEST));
        refused(
                "GetRecords",
                () -> service.streams.getRecords(
                        GUEST,
                        GetRecordsRequest.builder()
                                .shardIterator(iterator(Service.CALLER))
                                .build()));
        refused(
                "DescribeStreamSummary",
                () -> service.streams.describeStreamSummary(
                        GUEST,
                        DescribeStreamSummaryRequest.builder().streamARN(ARN).build()));
    }

    @Test
    void aPolicyOpensWhatItNamesUntilItIsDeleted() {
        put(allowing("kinesis:PutRecord"));
        assertThat(putRecord(GUEST).shardId()).isEqualTo(SHARD);
        refused("GetShardIterator", () -> iterator(GUEST));
        service.restart();
        putRecord(GUEST);

        put(allowing("kinesis:Get*"));
        var page = service.streams.getRecords(
                GUEST,
                GetRecordsRequest.builder().shardIterator(iterator(GUEST)).build());
        assertThat(page.records()).hasSize(2);
        assertThat(service.streams
                        .getRecords(
                                GUEST,
                                GetRecordsRequest.builder()
                                        .streamARN(ARN)
                                        .shardIterator(page.nextShardIterator())
                                        .build())
                        .records())
                .isEmpty();
        refused("PutRecord", () -> putRecord(GUEST));

        delete();
        refused("GetShardIterator", () -> iterator(GUEST));
    }

    @Test
    void pagesOfShardsGoOnForWhomTheyWereOpened() {
        put(allowing("kinesis:ListShards"));
        var first = service.streams.listShards(
                GUEST, ListShardsRequest.builder().streamARN(ARN).maxResults(2).build());
        var rest = ListShardsRequest.builder().nextToken(first.nextToken()).build();
        assertThat(service.streams.listShards(GUEST, rest).shards()).hasSize(1);

        delete();
        assertThatThrownBy(() -> service.streams.listShards(GUEST, rest)).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void managingAStreamStaysWithItsOwnerWhateverAPolicySays() {
        put(allowing("kinesis:*"));
        refused(
                "DeleteStream",
                () -> service.streams.deleteStream(
                        GUEST, DeleteStreamRequest.builder().streamARN(ARN).build()));
        refused(
                "DescribeStream",
                () -> service.streams.describeStream(
                        GUEST, DescribeStreamRequest.builder().streamARN(ARN).build()));
        refused("PutResourcePolicy", () -> put(GUEST, ARN, allowing("kinesis:*")));
    }

    @Test
    void aPolicyGoesWithItsStream() {
        put(allowing("kinesis:*"));
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        service.settle();
        service.create("orders", 1);
        assertThat(get(ARN)).isEqualTo("{}");
        refused("PutRecord", () -> putRecord(GUEST));
        service.restart();
        assertThat(get(ARN)).isEqualTo("{}");
    }

    @Test
    void aStreamThatIsNotThereIsRefusedLikeOneThatIsClosed() {
        assertThatThrownBy(() -> service.streams.describeStreamSummary(
                        GUEST,
                        DescribeStreamSummaryRequest.builder()
                                .streamARN(ARN + "-2")
                                .build()))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void startsWithAPolicyThatItCanNoLongerReadAndGrantsNothingByIt() {
        put(allowing("kinesis:PutRecord"));
        service.close();
        try (var catalog = SqliteCatalog.open(directory.resolve("catalog.db"))) {
            catalog.transact(connection -> {
                try (var statement = connection.prepareStatement("UPDATE streams_resource_policy SET document = '{'")) {
                    return statement.executeUpdate();
                }
            });
        }
        service = Service.in(directory);

        assertThat(get(ARN)).isEqualTo("{");
        assertThatThrownBy(() -> Service.await(service.streams.putRecord(
                        GUEST,
                        Service.batch(new StreamRef(null, ARN), List.of(new Entry("k", null, "d")), null),
                        Runnable::run)))
                .isInstanceOf(AccessDeniedException.class);
        put(allowing("kinesis:PutRecord"));
        assertThat(get(ARN)).isEqualTo(allowing("kinesis:PutRecord"));
    }
}
