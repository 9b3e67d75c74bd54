package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;

/** Holds the operation table and the constraint data against the SDK's classes, so that nothing is missed. */
class KinesisTest {
    private static final Namespace NAMESPACE = new Namespace("123456789012", "eu-west-1");
    private static final String ORDERS = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

    static List<Operation<?, ?>> operations() {
        return Kinesis.ALL;
    }

    @Test
    void hasEveryOperationThatTheSdkHas() {
        var known = Kinesis.ALL.stream().map(Operation::name).toList();

        assertThat(known)
                .hasSize(39)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(sdkOperations().keySet());
    }

    @Test
    void listsEachOfItsConstants() throws IllegalAccessException {
        var constants = new ArrayList<Object>();
        for (var field : Kinesis.class.getFields()) {
            if (field.getType() == Operation.class) {
                constants.add(field.get(null));
            }
        }
        assertThat(Kinesis.ALL)
                .hasSameElementsAs(constants.stream()
                        .map(Operation.class::cast)
                        .<Operation<?, ?>>map(o -> o)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void readsEachOperationIntoItsOwnRequestClass(Operation<?, ?> operation) {
        assertThat(operation.wireInput().get().getClass().getEnclosingClass())
                .isEqualTo(sdkOperations().get(operation.name()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void namesTheIamActionAsPublished(Operation<?, ?> operation) {
        assertThat(operation.iamAction()).isEqualTo("kinesis:" + operation.name());
        assertThat(operation.service()).isEqualTo(Service.KINESIS);
    }

    @Test
    void countsAsDataPlaneWhatAwsAuditsAsDataEvents() {
        assertThat(Kinesis.ALL)
                .filteredOn(operation -> operation.plane() == Operation.Plane.DATA)
                .extracting(Operation::name)
                .containsExactlyInAnyOrder(
                        "PutRecord", "PutRecords", "GetRecords", "GetShardIterator", "SubscribeToShard");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void hasConstraintDataForEachMember(Operation<?, ?> operation) {
        SameShapes.require(
                operation.name(),
                Constraints.input(operation),
                operation.wireInput().get());
    }

    @Test
    void hasConstraintDataForNothingElse() {
        assertThat(ConstraintFile.of(Service.KINESIS).operations())
                .isEqualTo(sdkOperations().keySet());
    }

    @Test
    void findsTheStreamByNameOrArn() {
        var byName = new PutRecordsBatch(new StreamRef("orders", null), new byte[0], new int[0], 0, null);
        var byBoth = new PutRecordsBatch(new StreamRef("other", ORDERS), new byte[0], new int[0], 0, null);

        assertThat(Kinesis.PUT_RECORDS.resources().arns(byName, NAMESPACE)).containsExactly(ORDERS);
        assertThat(Kinesis.PUT_RECORD.resources().arns(byBoth, NAMESPACE)).containsExactly(ORDERS);
    }

    @Test
    void takesAnyStreamWhereOnlyATokenNamesIt() {
        var any = "arn:aws:kinesis:eu-west-1:123456789012:stream/*";
        var page = ListShardsRequest.builder().nextToken("t").build();
        var read = GetRecordsRequest.builder().shardIterator("i").build();

        assertThat(Kinesis.LIST_SHARDS.resources().arns(page, NAMESPACE)).containsExactly(any);
        assertThat(Kinesis.GET_RECORDS.resources().arns(read, NAMESPACE)).containsExactly(any);
    }

    @Test
    void findsConsumersAndOtherResources() {
        var consumer = ORDERS + "/consumer/app:1700000000";
        var subscribe = SubscribeToShardRequest.builder().consumerARN(consumer).build();
        var describe = DescribeStreamConsumerRequest.builder()
                .streamARN(ORDERS)
                .consumerName("app")
                .build();
        var tag = TagResourceRequest.builder().resourceARN(consumer).build();

        assertThat(Kinesis.SUBSCRIBE_TO_SHARD.resources().arns(subscribe, NAMESPACE))
                .containsExactly(consumer);
        assertThat(Kinesis.DESCRIBE_STREAM_CONSUMER.resources().arns(describe, NAMESPACE))
                .containsExactly(ORDERS + "/consumer/app:*");
        assertThat(Kinesis.TAG_RESOURCE.resources().arns(tag, NAMESPACE)).containsExactly(consumer);
        assertThat(Kinesis.LIST_STREAMS
                        .resources()
                        .arns(ListStreamsRequest.builder().build(), NAMESPACE))
                .containsExactly("*");
    }

    /** Each operation of the SDK's client with the class of its request. */
    private static Map<String, Class<?>> sdkOperations() {
        return Arrays.stream(KinesisAsyncClient.class.getMethods())
                .filter(method -> method.getParameterCount() > 0
                        && KinesisRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                        && !method.getName().endsWith("Paginator")
                        && returnsAFuture(method))
                .collect(Collectors.toMap(KinesisTest::operationName, method -> method.getParameterTypes()[0]));
    }

    private static boolean returnsAFuture(Method method) {
        return method.getGenericReturnType() instanceof ParameterizedType;
    }

    private static String operationName(Method method) {
        return Character.toUpperCase(method.getName().charAt(0))
                + method.getName().substring(1);
    }
}
