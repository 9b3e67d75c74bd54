package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.FirehoseRequest;
import software.amazon.awssdk.services.firehose.model.ListDeliveryStreamsRequest;

/** Holds the operation table and the constraint data against the SDK's classes, so that nothing is missed. */
class FirehoseTest {
    private static final Namespace NAMESPACE = new Namespace("123456789012", "eu-west-1");

    static List<Operation<?, ?>> operations() {
        return Firehose.ALL;
    }

    @Test
    void hasEveryOperationThatTheSdkHas() {
        assertThat(Firehose.ALL)
                .extracting(Operation::name)
                .hasSize(12)
                .containsExactlyInAnyOrderElementsOf(sdkOperations().keySet());
        assertThat(ConstraintFile.of(Service.FIREHOSE).operations())
                .isEqualTo(sdkOperations().keySet());
    }

    @Test
    void listsEachOfItsConstants() throws IllegalAccessException {
        var constants = new ArrayList<Operation<?, ?>>();
        for (var field : Firehose.class.getFields()) {
            if (field.getType() == Operation.class) {
                constants.add((Operation<?, ?>) field.get(null));
            }
        }
        assertThat(Firehose.ALL).hasSameElementsAs(constants);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void describesEachOperationAsPublished(Operation<?, ?> operation) {
        assertThat(operation.wireInput().get().getClass().getEnclosingClass())
                .isEqualTo(sdkOperations().get(operation.name()));
        assertThat(operation.iamAction()).isEqualTo("firehose:" + operation.name());
        assertThat(operation.service()).isEqualTo(Service.FIREHOSE);
        assertThat(operation.plane() == Operation.Plane.DATA)
                .isEqualTo(operation.name().startsWith("PutRecord"));
        SameShapes.require(
                operation.name(),
                Constraints.input(operation),
                operation.wireInput().get());
    }

    @Test
    void findsTheDeliveryStream() {
        var describe = DescribeDeliveryStreamRequest.builder()
                .deliveryStreamName("orders")
                .build();

        assertThat(Firehose.DESCRIBE_DELIVERY_STREAM.resources().arns(describe, NAMESPACE))
                .containsExactly("arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders");
        assertThat(Firehose.LIST_DELIVERY_STREAMS
                        .resources()
                        .arns(ListDeliveryStreamsRequest.builder().build(), NAMESPACE))
                .containsExactly("*");
    }

    @Test
    void showsNoSecretInWhatItRefuses() {
        var request = CreateDeliveryStreamRequest.builder()
                .deliveryStreamName("orders")
                .redshiftDestinationConfiguration(redshift -> redshift.password("short")
                        .username("u")
                        .roleARN("arn:aws:iam::123456789012:role/r")
                        .clusterJDBCURL("jdbc:redshift://localhost:5439/dev")
                        .copyCommand(copy -> copy.dataTableName("t"))
                        .s3Configuration(s3 ->
                                s3.roleARN("arn:aws:iam::123456789012:role/r").bucketARN("arn:aws:s3::two-colons")))
                .build();

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> Constraints.check(Firehose.CREATE_DELIVERY_STREAM, request))
                .withMessage("1 validation error detected: Value at 'redshiftDestinationConfiguration.password' failed"
                        + " to satisfy constraint: Member must have length greater than or equal to 6");
    }

    @Test
    void proportionsLieBetweenZeroAndOne() {
        assertThat(new Check.AtMost(1).holdsFor(1.5)).isFalse();
        assertThat(new Check.AtMost(1).holdsFor(1.0)).isTrue();
        assertThat(new Check.AtLeast(0).holdsFor(-0.1)).isFalse();
    }

    /** Each operation of the SDK's client with the class of its request. */
    private static Map<String, Class<?>> sdkOperations() {
        return Arrays.stream(FirehoseAsyncClient.class.getMethods())
                .filter(method -> method.getParameterCount() > 0
                        && FirehoseRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                        && method.getGenericReturnType() instanceof ParameterizedType)
                .collect(Collectors.toMap(
                        method -> Character.toUpperCase(method.getName().charAt(0))
                                + method.getName().substring(1),
                        method -> method.getParameterTypes()[0]));
    }
}
