package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.AccessDeniedException;
import io.millrace.model.Caller;
import io.millrace.model.ExpiredNextTokenException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;

class ConsumersTest {
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory, StreamsConfig.defaults());
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void goesFromCreatingToActiveToDeletingToGone() {
        var created = register("billing");
        assertThat(created.consumerStatus()).isEqualTo(ConsumerStatus.CREATING);
        assertThat(created.consumerName()).isEqualTo("billing");
        long second = service.clock.instant().getEpochSecond();
        assertThat(created.consumerARN()).isEqualTo(STREAM + "/consumer/billing:" + second);
        assertThat(created.consumerCreationTimestamp()).isEqualTo(Instant.ofEpochSecond(second));
        assertThat(service.streams.reconcile()).isEqualTo(Duration.ofMillis(500));
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.CREATING);

        service.settle();
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.ACTIVE);

        deregister("billing");
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.DELETING);
        deregister("billing");

        service.settle();
        assertThatThrownBy(() -> describe("billing"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer billing, account 000000000000 not found.");
    }

    @Test
    void isFoundByArnByNameAndByBoth() {
        var arn = register("billing").consumerARN();

        for (UnaryOperator<DescribeStreamConsumerRequest.Builder> way :
                List.<UnaryOperator<DescribeStreamConsumerRequest.Builder>>of(
                        request -> request.consumerARN(arn),
                        request -> request.streamARN(STREAM).consumerName("billing"),
                        request -> request.consumerARN(arn).streamARN(STREAM).consumerName("billing"))) {
            var found = describe(way);
            assertThat(found.consumerARN()).isEqualTo(arn);
            assertThat(found.streamARN()).isEqualTo(STREAM);
        }
    }

    @Test
    void refusesNamesThatDoNotTellOrDoNotAgree() {
        var arn = register("billing").consumerARN();

        assertThatThrownBy(() -> describe(request -> request)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> describe(request -> request.streamARN(STREAM)))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> describe(request -> request.consumerName("billing")))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> describe(request -> request.consumerARN(arn).consumerName("other")))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> describe(request -> request.consumerARN(arn).streamARN(STREAM + "s")))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() ->
                        describe(request -> request.streamARN(STREAM + "s").consumerName("billing")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orderss under account 000000000000 not found.");
        assertThatThrownBy(() -> describe(request -> request.consumerARN(arn + "7")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Consumer " + arn + "7, account 000000000000 not found.");
        assertThatThrownBy(() -> describe(request -> request.consumerARN(arn.replace(":0000", ":1111"))))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void namesAreUniqueUntilTheConsumerIsGoneAndEachMakesAnArnOfItsOwn() {
        var first = register("billing").consumerARN();
        assertThatThrownBy(() -> register("billing"))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Consumer billing under stream orders already exists for account 000000000000.");
        deregister("billing");
        assertThatThrownBy(() -> register("billing")).isInstanceOf(ResourceInUseException.class);

        service.settle();
        assertThat(register("billing").consumerARN()).isNotEqualTo(first);
    }

    @Test
    void aStreamHasTwentyConsumersAndMakesFiveAtATime() {
        for (int i = 0; i < 20; i++) {
            if (i % 5 == 0) {
                service.settle();
            }
            register("consumer-" + i);
            if (i == 4) {
                assertThatThrownBy(() -> register("one-too-many"))
                        .isInstanceOf(LimitExceededException.class)
                        .hasMessageContaining("simultaneously be in CREATING. Limit: 5");
            }
        }
        service.settle();

        assertThatThrownBy(() -> register("one-too-many"))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("Limit: 20");
        assertThat(service.streams
                        .describeStreamSummary(
                                Service.CALLER,
                                DescribeStreamSummaryRequest.builder()
                                        .streamName("orders")
                                        .build())
                        .streamDescriptionSummary()
                        .consumerCount())
                .isEqualTo(20);
    }

    @Test
    void needsAStreamThatIsThere() {
        assertThatThrownBy(() -> service.streams.registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM + "s")
                                .consumerName("billing")
                                .build()))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orderss under account 000000000000 not found.");
        delete(false);
        assertThatThrownBy(() -> register("billing")).isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void listsInPages() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            names.add("consumer-" + (char) ('a' + i));
            register(names.getLast());
            service.settle();
        }

        assertThat(names(list(request -> request))).isEqualTo(names);
        var seen = new ArrayList<String>();
        String token = null;
        do {
            var next = token;
            var page = list(request -> request.maxResults(5).nextToken(next));
            seen.addAll(names(page));
            token = page.nextToken();
        } while (token != null);
        assertThat(seen).isEqualTo(names);
    }

    @Test
    void aTokenLivesFiveMinutesAndIsOfOneStream() {
        register("one");
        register("two");
        var token = list(request -> request.maxResults(1)).nextToken();
        service.create("payments", 1);

        assertThatThrownBy(() -> list(request ->
                        request.streamARN(STREAM.replace("orders", "payments")).nextToken(token)))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Invalid NextToken.");
        service.clock.advance(Duration.ofMinutes(5));
        assertThatThrownBy(() -> list(request -> request.nextToken(token)))
                .isInstanceOf(ExpiredNextTokenException.class);
    }

    @Test
    void listsTheIncarnationThatWasAskedFor() {
        var created = service.describe("orders").streamCreationTimestamp();

        assertThat(names(list(request -> request.streamCreationTimestamp(created))))
                .isEmpty();
        assertThatThrownBy(() -> list(request -> request.streamCreationTimestamp(created.plusSeconds(1))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void aStreamWithConsumersGoesOnlyWithThem() {
        register("billing");
        assertThatThrownBy(() -> delete(null))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("DeleteStream can't delete " + STREAM + " because there are consumers associated with this"
                        + " data stream. To delete orders anyway, set the EnforceConsumerDeletion parameter to true to"
                        + " force the deletion of all the consumers that are associated with it.");
        assertThatThrownBy(() -> delete(false)).isInstanceOf(ResourceInUseException.class);

        delete(true);
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.DELETING);
        service.settle();
        service.create("orders", 1);
        assertThat(names(list(request -> request))).isEmpty();
        register("billing");
    }

    @Test
    void comesBackAfterARestartInTheStateItWasIn() {
        register("billing");
        service.restart();
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.CREATING);
        service.settle();
        service.restart();
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.ACTIVE);
        deregister("billing");
        service.restart();
        assertThat(describe("billing").consumerStatus()).isEqualTo(ConsumerStatus.DELETING);
        service.settle();
        service.restart();
        assertThat(names(list(request -> request))).isEmpty();
    }

    @Test
    void aCommittedAccountHasFifty() {
        service.streams.updateAccountSettings(
                Service.CALLER,
                UpdateAccountSettingsRequest.builder()
                        .minimumThroughputBillingCommitment(commitment -> commitment.status("ENABLED"))
                        .build());
        for (int i = 0; i < 50; i++) {
            register("consumer-" + i);
            service.settle();
        }

        assertThatThrownBy(() -> register("one-too-many"))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("Limit: 50");
    }

    @Test
    void hasTagsAndAPolicyAsLongAsItIsThere() {
        var arn = service.streams
                .registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName("billing")
                                .tags(Map.of("team", "money"))
                                .build())
                .consumer()
                .consumerARN();
        service.settle();
        assertThat(tags(arn)).containsExactly("team=money");
        var stranger = Service.caller("111111111111", "us-east-1");
        assertThatThrownBy(() -> describe(stranger, arn)).isInstanceOf(AccessDeniedException.class);
        service.streams.putResourcePolicy(
                Service.CALLER,
                PutResourcePolicyRequest.builder()
                        .resourceARN(arn)
                        .policy("""
                                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                                "Principal": {"AWS": "111111111111"},
                                "Action": "kinesis:DescribeStreamConsumer", "Resource": "%s"}]}""".formatted(arn))
                        .build());
        assertThat(describe(stranger, arn).consumerName()).isEqualTo("billing");
        assertThat(describe(stranger, request -> request.streamARN(STREAM).consumerName("billing"))
                        .consumerARN())
                .isEqualTo(arn);
        assertThat(describe(
                                stranger,
                                request -> request.streamARN(STREAM)
                                        .consumerName("billing")
                                        .consumerARN(arn))
                        .consumerARN())
                .isEqualTo(arn);
        assertThatThrownBy(() ->
                        describe(stranger, request -> request.streamARN(STREAM).consumerName("another")))
                .isInstanceOf(AccessDeniedException.class);

        deregister("billing");
        service.settle();
        assertThatThrownBy(() -> describe(stranger, arn)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> tags(arn)).isInstanceOf(ResourceNotFoundException.class);
        assertThat(tags(register("billing").consumerARN())).isEmpty();
    }

    private List<String> tags(String arn) {
        return service
                .streams
                .listTagsForResource(
                        Service.CALLER,
                        ListTagsForResourceRequest.builder().resourceARN(arn).build())
                .tags()
                .stream()
                .map(tag -> tag.key() + "=" + tag.value())
                .toList();
    }

    private ConsumerDescription describe(Caller caller, String arn) {
        return describe(caller, request -> request.consumerARN(arn));
    }

    private ConsumerDescription describe(
            Caller caller, java.util.function.Consumer<DescribeStreamConsumerRequest.Builder> naming) {
        var request = DescribeStreamConsumerRequest.builder();
        naming.accept(request);
        return service.streams.describeStreamConsumer(caller, request.build()).consumerDescription();
    }

    @Test
    void refusesTagsThatNothingCanHave() {
        assertThatThrownBy(() -> service.streams.registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName("billing")
                                .tags(Map.of("a;b", "c"))
                                .build()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThat(names(list(request -> request))).isEmpty();
    }

    private Consumer register(String name) {
        return service.streams
                .registerStreamConsumer(
                        Service.CALLER,
                        RegisterStreamConsumerRequest.builder()
                                .streamARN(STREAM)
                                .consumerName(name)
                                .build())
                .consumer();
    }

    private void deregister(String name) {
        service.streams.deregisterStreamConsumer(
                Service.CALLER,
                DeregisterStreamConsumerRequest.builder()
                        .streamARN(STREAM)
                        .consumerName(name)
                        .build());
    }

    private void delete(Boolean enforced) {
        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder()
                        .streamName("orders")
                        .enforceConsumerDeletion(enforced)
                        .build());
    }

    private ConsumerDescription describe(String name) {
        return describe(request -> request.streamARN(STREAM).consumerName(name));
    }

    private ConsumerDescription describe(UnaryOperator<DescribeStreamConsumerRequest.Builder> request) {
        return service.streams
                .describeStreamConsumer(
                        Service.CALLER,
                        request.apply(DescribeStreamConsumerRequest.builder()).build())
                .consumerDescription();
    }

    private ListStreamConsumersResponse list(UnaryOperator<ListStreamConsumersRequest.Builder> request) {
        return service.streams.listStreamConsumers(
                Service.CALLER,
                request.apply(ListStreamConsumersRequest.builder().streamARN(STREAM))
                        .build());
    }

    private static List<String> names(ListStreamConsumersResponse page) {
        return page.consumers().stream().map(Consumer::consumerName).toList();
    }
}
