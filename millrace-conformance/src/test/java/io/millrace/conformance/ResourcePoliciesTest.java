package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.ACCOUNT;
import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.arn;
import static io.millrace.conformance.Kinesis.uniqueName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class ResourcePoliciesTest {
    private static final String GUEST_ACCOUNT = "111111111111";
    /** An access key id of twelve digits names the account. */
    private static final AwsRequestOverrideConfiguration GUEST = AwsRequestOverrideConfiguration.builder()
            .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create(GUEST_ACCOUNT, "millrace")))
            .build();

    static String allowing(String account, String action, String arn) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Sid": "guests", "Effect": "Allow",
                 "Principal": {"AWS": "%s"}, "Action": "%s", "Resource": "%s"}]}""".formatted(account, action, arn);
    }

    /** Lets the request come from the other account. */
    static PutRecordRequest.Builder asGuest(PutRecordRequest.Builder request) {
        return guest(request);
    }

    private static <B extends AwsRequest.Builder> B guest(B request) {
        request.overrideConfiguration(GUEST);
        return request;
    }

    private static PutRecordResponse putAsGuest(KinesisClient client, String stream) {
        return client.putRecord(request -> asGuest(request)
                .streamARN(arn(stream))
                .partitionKey("key")
                .data(SdkBytes.fromUtf8String("from abroad")));
    }

    private static void refused(String operation, String stream, ThrowingCallable call) {
        assertThatExceptionOfType(AccessDeniedException.class)
                .isThrownBy(call)
                .withMessageContaining("User: arn:aws:iam::" + GUEST_ACCOUNT + ":root is not authorized to perform:"
                        + " kinesis:" + operation + " on resource: " + arn(stream)
                        + " because no resource-based policy allows the kinesis:" + operation + " action");
    }

    @EachClient
    void putsReplacesAndDeletesAPolicy(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        var policy = allowing("*", "kinesis:GetRecords", arn(stream));

        assertThat(client.getResourcePolicy(request -> request.resourceARN(arn(stream)))
                        .policy())
                .isEqualTo("{}");
        client.putResourcePolicy(
                request -> request.resourceARN(arn(stream)).policy(allowing("*", "kinesis:PutRecord", arn(stream))));
        client.putResourcePolicy(request -> request.resourceARN(arn(stream)).policy(policy));
        assertThat(client.getResourcePolicy(request -> request.resourceARN(arn(stream)))
                        .policy())
                .isEqualTo(policy);

        client.deleteResourcePolicy(request -> request.resourceARN(arn(stream)));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.deleteResourcePolicy(request -> request.resourceARN(arn(stream))))
                .withMessageContaining("No resource policy found for resource ARN " + arn(stream) + ".");
    }

    @EachClient
    void refusesWhatIsNoPolicyAndWhatIsNoStream(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        var unknown = arn(uniqueName());

        for (var text : new String[] {"not JSON", "{}", allowing("*", "s3:GetObject", "*")}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> client.putResourcePolicy(
                            request -> request.resourceARN(arn(stream)).policy(text)))
                    .withMessageContaining("The resource policy is invalid: ");
        }
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.getResourcePolicy(request -> request.resourceARN(unknown)))
                .withMessageContaining("Stream " + unknown + " under account " + ACCOUNT + " not found.");
    }

    @EachClient
    void anotherAccountMayDoWhatThePolicyAllowsAndNoMore(Kinesis kinesis) {
        var client = kinesis.client();
        var stream = kinesis.newStream(1);
        refused("PutRecord", stream, () -> putAsGuest(client, stream));

        client.putResourcePolicy(request ->
                request.resourceARN(arn(stream)).policy(allowing(GUEST_ACCOUNT, "kinesis:PutRecord", arn(stream))));
        assertThat(putAsGuest(client, stream).shardId()).isEqualTo(FIRST);
        refused(
                "ListShards",
                stream,
                () -> client.listShards(request -> guest(request).streamARN(arn(stream))));

        client.putResourcePolicy(request -> request.resourceARN(arn(stream))
                .policy(allowing("arn:aws:iam::" + GUEST_ACCOUNT + ":root", "kinesis:*", arn(stream))));
        assertThat(client.listShards(request -> guest(request).streamARN(arn(stream)))
                        .shards())
                .hasSize(1);
        var iterator = client.getShardIterator(request -> guest(request)
                        .streamARN(arn(stream))
                        .shardId(FIRST)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        assertThat(client.getRecords(
                                request -> guest(request).streamARN(arn(stream)).shardIterator(iterator))
                        .records())
                .singleElement()
                .satisfies(record -> assertThat(record.data().asUtf8String()).isEqualTo("from abroad"));
        refused(
                "DeleteStream",
                stream,
                () -> client.deleteStream(request -> guest(request).streamARN(arn(stream))));
    }
}
