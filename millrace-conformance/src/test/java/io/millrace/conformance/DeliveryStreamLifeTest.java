package io.millrace.conformance;

import static io.millrace.conformance.DeliveryStreams.BUCKET;
import static io.millrace.conformance.DeliveryStreams.DESTINATION_ID;
import static io.millrace.conformance.DeliveryStreams.ROLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.ConcurrentModificationException;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamStatus;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.firehose.model.LimitExceededException;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ResourceInUseException;
import software.amazon.awssdk.services.firehose.model.ResourceNotFoundException;
import software.amazon.awssdk.services.firehose.model.Tag;

@ExtendWith(SharedServer.class)
@SuppressWarnings("deprecation") // the plain form of S3 is tested too
class DeliveryStreamLifeTest {
    private DeliveryStreams firehose;

    @BeforeEach
    void connect(Millrace millrace) {
        firehose = DeliveryStreams.ofNewAccount(millrace);
    }

    @AfterEach
    void disconnect() {
        firehose.close();
    }

    @Test
    void aNewDeliveryStreamIsActiveAtOnce() {
        var before = Instant.now().minusMillis(1);

        var arn = firehose.create(
                "orders",
                request -> request.extendedS3DestinationConfiguration(
                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET)));

        assertThat(arn).isEqualTo(firehose.arn("orders"));
        var described = firehose.describe("orders");
        assertThat(described.deliveryStreamName()).isEqualTo("orders");
        assertThat(described.deliveryStreamARN()).isEqualTo(arn);
        assertThat(described.deliveryStreamStatus()).isEqualTo(DeliveryStreamStatus.ACTIVE);
        assertThat(described.deliveryStreamType()).isEqualTo(DeliveryStreamType.DIRECT_PUT);
        assertThat(described.versionId()).isEqualTo("1");
        assertThat(described.createTimestamp()).isBetween(before, Instant.now());
        assertThat(described.lastUpdateTimestamp()).isEqualTo(described.createTimestamp());
        assertThat(described.hasMoreDestinations()).isFalse();
        assertThat(described.source()).isNull();
        assertThat(described.deliveryStreamEncryptionConfiguration()).isNull();
        assertThat(described.failureDescription()).isNull();
        assertThat(described.destinations()).hasSize(1);
        assertThat(described.destinations().getFirst().destinationId()).isEqualTo(DESTINATION_ID);
    }

    @Test
    void namesAreTakenOncePerAccountAndRegion() {
        firehose.createPlain("orders");

        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> firehose.createPlain("orders"))
                .satisfies(says("Firehose orders under accountId " + firehose.account() + " already exists"));
    }

    @Test
    void aDeletedOneIsGoneAtOnceAndItsNameIsFree() {
        firehose.createPlain("orders");

        firehose.client().deleteDeliveryStream(request -> request.deliveryStreamName("orders"));

        assertThat(firehose.client().listDeliveryStreams().deliveryStreamNames())
                .isEmpty();
        refusesAsUnknown("orders");
        firehose.createPlain("orders");
        assertThat(firehose.describe("orders").versionId()).isEqualTo("1");
    }

    private void refusesAsUnknown(String name) {
        var client = firehose.client();
        List<ThrowingCallable> calls = List.of(
                () -> client.deleteDeliveryStream(request -> request.deliveryStreamName(name)),
                () -> client.describeDeliveryStream(request -> request.deliveryStreamName(name)),
                () -> client.putRecord(
                        request -> request.deliveryStreamName(name).record(record("a"))),
                () -> client.putRecordBatch(
                        request -> request.deliveryStreamName(name).records(record("a"))),
                () -> client.tagDeliveryStream(
                        request -> request.deliveryStreamName(name).tags(tag("a", "b"))),
                () -> client.untagDeliveryStream(
                        request -> request.deliveryStreamName(name).tagKeys("a")),
                () -> client.listTagsForDeliveryStream(request -> request.deliveryStreamName(name)),
                () -> client.startDeliveryStreamEncryption(request -> request.deliveryStreamName(name)),
                () -> client.stopDeliveryStreamEncryption(request -> request.deliveryStreamName(name)));
        for (var call : calls) {
            assertThatExceptionOfType(ResourceNotFoundException.class)
                    .isThrownBy(call)
                    .satisfies(says("Firehose " + name + " under account " + firehose.account() + " not found."));
        }
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.updateDestination(request -> request.deliveryStreamName(name)
                        .currentDeliveryStreamVersionId("1")
                        .destinationId(DESTINATION_ID)))
                .satisfies(says("Firehose " + name + " under accountId " + firehose.account() + " not found."));
    }

    @Test
    void whatIsNotThereIsNotFoundHoweverItIsSpelt() {
        refusesAsUnknown("orders");
        refusesAsUnknown("?");
        refusesAsUnknown("n".repeat(100));
    }

    @Test
    void listsByNameInPages() {
        var names = IntStream.range(0, 12)
                .mapToObj(i -> "stream-" + (char) ('a' + i))
                .toList();
        names.reversed().forEach(firehose::createPlain);

        var first = firehose.client().listDeliveryStreams();
        var second = firehose.client()
                .listDeliveryStreams(request ->
                        request.exclusiveStartDeliveryStreamName("stream-j").limit(1));
        var last =
                firehose.client().listDeliveryStreams(request -> request.exclusiveStartDeliveryStreamName("stream-ka"));

        assertThat(first.deliveryStreamNames()).isEqualTo(names.subList(0, 10));
        assertThat(first.hasMoreDeliveryStreams()).isTrue();
        assertThat(second.deliveryStreamNames()).containsExactly("stream-k");
        assertThat(second.hasMoreDeliveryStreams()).isTrue();
        assertThat(last.deliveryStreamNames()).containsExactly("stream-l");
        assertThat(last.hasMoreDeliveryStreams()).isFalse();
    }

    @Test
    void listsThoseOfOneTypeAcrossPages() {
        firehose.createPlain("a-direct");
        firehose.create(
                "b-stream",
                request -> request.deliveryStreamType(DeliveryStreamType.KINESIS_STREAM_AS_SOURCE)
                        .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))
                        .s3DestinationConfiguration(DeliveryStreams.STAGING));
        firehose.createPlain("c-direct");

        var direct = firehose.client()
                .listDeliveryStreams(request -> request.deliveryStreamType(DeliveryStreamType.DIRECT_PUT)
                        .limit(1));
        var stream = firehose.client()
                .listDeliveryStreams(
                        request -> request.deliveryStreamType(DeliveryStreamType.KINESIS_STREAM_AS_SOURCE));

        assertThat(direct.deliveryStreamNames()).containsExactly("a-direct");
        assertThat(direct.hasMoreDeliveryStreams()).isTrue();
        assertThat(stream.deliveryStreamNames()).containsExactly("b-stream");
        assertThat(stream.hasMoreDeliveryStreams()).isFalse();
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> firehose.client().listDeliveryStreams(request -> request.deliveryStreamType("Other")))
                .satisfies(says("1 validation error detected: Value 'Other' at 'deliveryStreamType' failed to satisfy"
                        + " constraint: Member must satisfy enum value set: [DirectPut, KinesisStreamAsSource,"
                        + " MSKAsSource, DatabaseAsSource]"));
    }

    @Test
    void tagsKeepTheirPlaces() {
        firehose.create(
                "orders",
                request -> request.extendedS3DestinationConfiguration(
                                s3 -> s3.roleARN(ROLE).bucketARN(BUCKET))
                        .tags(tag("zone", "1"), tag("team", "blue")));
        var client = firehose.client();

        client.tagDeliveryStream(
                request -> request.deliveryStreamName("orders").tags(tag("alpha", ""), tag("zone", "2")));
        client.untagDeliveryStream(
                request -> request.deliveryStreamName("orders").tagKeys("team", "unknown"));

        var all = client.listTagsForDeliveryStream(request -> request.deliveryStreamName("orders"));
        var first = client.listTagsForDeliveryStream(
                request -> request.deliveryStreamName("orders").limit(1));
        var rest = client.listTagsForDeliveryStream(
                request -> request.deliveryStreamName("orders").exclusiveStartTagKey("zone"));
        assertThat(all.tags()).extracting(Tag::key, Tag::value).containsExactly(tuple("zone", "2"), tuple("alpha", ""));
        assertThat(all.hasMoreTags()).isFalse();
        assertThat(first.tags()).extracting(Tag::key).containsExactly("zone");
        assertThat(first.hasMoreTags()).isTrue();
        assertThat(rest.tags()).extracting(Tag::key).containsExactly("alpha");
        assertThat(client.listTagsForDeliveryStream(
                                request -> request.deliveryStreamName("orders").exclusiveStartTagKey("unknown"))
                        .tags())
                .hasSize(2);
    }

    @Test
    void refusesTagsInTheServicesWords() {
        firehose.createPlain("orders");
        var client = firehose.client();
        var many = IntStream.range(0, 51).mapToObj(i -> tag("key" + i, "v")).toList();

        client.tagDeliveryStream(request -> request.deliveryStreamName("orders").tags(many.subList(0, 50)));
        for (var tooMany : List.of(many, many.subList(50, 51))) {
            assertThatExceptionOfType(FirehoseException.class)
                    .isThrownBy(() -> client.tagDeliveryStream(
                            request -> request.deliveryStreamName("orders").tags(tooMany)))
                    .satisfies(failure -> assertThat(failure.awsErrorDetails().errorMessage())
                            .startsWith("1 validation error detected: Value '[Tag(Key=key0, Value=v)")
                            .endsWith("' at 'tags' failed to satisify contstraint: Member must have length less than or"
                                    + " equal to 50"));
        }
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> client.tagDeliveryStream(
                        request -> request.deliveryStreamName("orders").tags(tag("fine", ""), tag("aws:not", ""))))
                .satisfies(says("1 validation error detected: Value 'aws:not' at 'tags.2.member.key' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern:"
                        + " ^(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$"));
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> firehose.create(
                        "tagged",
                        request -> request.extendedS3DestinationConfiguration(
                                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET))
                                .tags(tag("a?", "b"))))
                .satisfies(failure ->
                        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
        assertThat(client.listDeliveryStreams().deliveryStreamNames()).containsExactly("orders");
    }

    @Test
    void encryptionIsStartedChangedAndStopped() {
        firehose.createPlain("orders");
        var client = firehose.client();
        var key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

        client.startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders"));
        var started = firehose.describe("orders").deliveryStreamEncryptionConfiguration();
        client.startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders")
                .deliveryStreamEncryptionConfigurationInput(
                        input -> input.keyType(KeyType.CUSTOMER_MANAGED_CMK).keyARN(key)));
        var rotated = firehose.describe("orders").deliveryStreamEncryptionConfiguration();
        client.stopDeliveryStreamEncryption(request -> request.deliveryStreamName("orders"));
        var stopped = firehose.describe("orders");

        assertThat(started.keyType()).isEqualTo(KeyType.AWS_OWNED_CMK);
        assertThat(started.keyARN()).isNull();
        assertThat(started.status()).isEqualTo(DeliveryStreamEncryptionStatus.ENABLED);
        assertThat(rotated.keyARN()).isEqualTo(key);
        assertThat(stopped.deliveryStreamEncryptionConfiguration().status())
                .isEqualTo(DeliveryStreamEncryptionStatus.DISABLED);
        assertThat(stopped.versionId()).isEqualTo("1");
    }

    @Test
    void refusesEncryptionInTheServicesWords() {
        firehose.createPlain("orders");
        var client = firehose.client();

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders")
                        .deliveryStreamEncryptionConfigurationInput(input -> input.keyType("CUSTOMER_MANAGED_CMK"))))
                .satisfies(says("KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders")
                        .deliveryStreamEncryptionConfigurationInput(input ->
                                input.keyType("AWS_OWNED_CMK").keyARN("arn:aws:kms:eu-west-1:123456789012:key/a"))))
                .satisfies(says("KeyARN cannot be specified when KeyType is AWS_OWNED_CMK"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders")
                        .deliveryStreamEncryptionConfigurationInput(input -> input.keyType("CUSTOMER_MANAGED_CMK")
                                .keyARN("arn:aws:kms:us-east-1:123456789012:key/a"))))
                .satisfies(says("Cross-region keys are not allowed for SSE. Please provide CMKs in the same region as"
                        + " firehose"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "reader",
                        request -> request.deliveryStreamType(DeliveryStreamType.KINESIS_STREAM_AS_SOURCE)
                                .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                        .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))
                                .deliveryStreamEncryptionConfigurationInput(input -> input.keyType("AWS_OWNED_CMK"))
                                .s3DestinationConfiguration(DeliveryStreams.STAGING)))
                .satisfies(says("Server side encryption from firehose is only allowed for direct put delivery streams"
                        + " and database as a source delivery streams"));
    }

    @Test
    void encryptionChangesAtMost25TimesADay() {
        firehose.createPlain("orders");
        for (int i = 0; i < 25; i++) {
            firehose.client().startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders"));
        }

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> firehose.client()
                        .stopDeliveryStreamEncryption(request -> request.deliveryStreamName("orders")));
    }

    @Test
    void updatesBeginWithTheVersionAndTheDestination() {
        firehose.createPlain("orders");
        var client = firehose.client();

        assertThatExceptionOfType(ConcurrentModificationException.class)
                .isThrownBy(() -> client.updateDestination(request -> request.deliveryStreamName("orders")
                        .currentDeliveryStreamVersionId("2")
                        .destinationId("other")))
                .satisfies(says("Cannot update firehose: orders since the current version id: 1 and specified version"
                        + " id: 2 do not match"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.updateDestination(request -> request.deliveryStreamName("orders")
                        .currentDeliveryStreamVersionId("1")
                        .destinationId("other")))
                .satisfies(says("Destination Id other not found"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.update("orders", _ -> {}))
                .satisfies(says("Exactly one destination configuration is supported for a Firehose"));
        assertThat(firehose.describe("orders").versionId()).isEqualTo("1");

        firehose.update("orders", request -> request.extendedS3DestinationUpdate(s3 -> s3.prefix("new/")));

        var described = firehose.describe("orders");
        assertThat(described.versionId()).isEqualTo("2");
        assertThat(described.lastUpdateTimestamp()).isAfterOrEqualTo(described.createTimestamp());
    }

    @Test
    void oneDestinationNoMoreNoLess() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create("none", _ -> {}))
                .satisfies(says("Exactly one destination configuration is supported for a Firehose"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "two",
                        request -> request.s3DestinationConfiguration(DeliveryStreams.STAGING)
                                .extendedS3DestinationConfiguration(
                                        s3 -> s3.roleARN(ROLE).bucketARN(BUCKET))))
                .satisfies(says("Exactly one destination configuration is supported for a Firehose"));
    }

    @Test
    void theSourceFitsTheType() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "a",
                        request -> request.s3DestinationConfiguration(DeliveryStreams.STAGING)
                                .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                        .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))))
                .satisfies(says("KinesisSourceStreamConfig is only applicable for KinesisStreamAsSource stream type"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "a",
                        request -> request.s3DestinationConfiguration(DeliveryStreams.STAGING)
                                .deliveryStreamType("KinesisStreamAsSource")))
                .satisfies(says("KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type."));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "a",
                        request -> request.s3DestinationConfiguration(DeliveryStreams.STAGING)
                                .deliveryStreamType("MSKAsSource")))
                .satisfies(says("MSKSourceConfig is mandatory for MSK as Source stream type."));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.create(
                        "a",
                        request -> request.s3DestinationConfiguration(DeliveryStreams.STAGING)
                                .deliveryStreamType("DatabaseAsSource")))
                .satisfies(says("IcebergDestinationConfiguration must be specified for Database as Source."));
    }

    @Test
    void describesWhereRecordsComeFrom() {
        var start = Instant.now().minusMillis(1);
        firehose.create(
                "stream",
                request -> request.deliveryStreamType("KinesisStreamAsSource")
                        .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))
                        .s3DestinationConfiguration(DeliveryStreams.STAGING));
        firehose.create(
                "topic",
                request -> request.deliveryStreamType("MSKAsSource")
                        .mskSourceConfiguration(source -> source.mskClusterARN("arn:aws:kafka:eu-west-1:1:cluster/c/1")
                                .topicName("orders")
                                .authenticationConfiguration(
                                        auth -> auth.roleARN(ROLE).connectivity("PUBLIC")))
                        .s3DestinationConfiguration(DeliveryStreams.STAGING));
        firehose.create(
                "hinted",
                request -> request.directPutSourceConfiguration(source -> source.throughputHintInMBs(7))
                        .s3DestinationConfiguration(DeliveryStreams.STAGING));

        var stream = firehose.describe("stream").source().kinesisStreamSourceDescription();
        var topic = firehose.describe("topic").source().mskSourceDescription();
        assertThat(stream.kinesisStreamARN()).isEqualTo("arn:aws:kinesis:eu-west-1:123456789012:stream/orders");
        assertThat(stream.roleARN()).isEqualTo(ROLE);
        assertThat(stream.deliveryStartTimestamp()).isBetween(start, Instant.now());
        assertThat(topic.topicName()).isEqualTo("orders");
        assertThat(topic.authenticationConfiguration().connectivityAsString()).isEqualTo("PUBLIC");
        assertThat(firehose.describe("hinted")
                        .source()
                        .directPutSourceDescription()
                        .throughputHintInMBs())
                .isEqualTo(7);
    }

    @Test
    void putsAreRefusedWhereRecordsComeFromElsewhere() {
        firehose.create(
                "stream",
                request -> request.deliveryStreamType("KinesisStreamAsSource")
                        .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))
                        .s3DestinationConfiguration(DeliveryStreams.STAGING));

        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> firehose.client()
                        .putRecord(
                                request -> request.deliveryStreamName("stream").record(record("a"))))
                .satisfies(says("This operation is not permitted on KinesisStreamAsSource delivery stream type."));
    }

    @Test
    void putsHaveLimits() {
        firehose.createPlain("orders");
        var client = firehose.client();

        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> client.putRecordBatch(
                        request -> request.deliveryStreamName("orders").records(record("a"), recordOf(1_024_001))))
                .satisfies(says("1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1024001"
                        + " cap=1024001]' at 'records.2.member.data' failed to satisfy constraint: Member must have"
                        + " length less than or equal to 1024000"));
        assertThatExceptionOfType(FirehoseException.class)
                .isThrownBy(() -> client.putRecordBatch(request -> request.deliveryStreamName("orders")
                        .records(IntStream.range(0, 501)
                                .mapToObj(_ -> record("a"))
                                .toList())))
                .satisfies(failure ->
                        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> client.putRecordBatch(request -> request.deliveryStreamName("orders")
                        .records(IntStream.range(0, 5)
                                .mapToObj(_ -> recordOf(1_000_000))
                                .toList())))
                .satisfies(says("Records size exceeds 4 MB limit"));
    }

    @Test
    void keepsEverythingOverARestart(@TempDir Path folder) {
        var config = MillraceConfig.inDirectory(folder).with("server.port", "0");
        var account = "210987654321";
        var names = List.of("orders", "stream");
        List<DeliveryStreamDescription> before;
        try (var millrace = Millrace.start(config);
                var first = DeliveryStreams.ofAccount(millrace, account)) {
            first.createPlain("orders");
            first.update("orders", request -> request.extendedS3DestinationUpdate(s3 -> s3.prefix("p/")));
            first.client()
                    .tagDeliveryStream(
                            request -> request.deliveryStreamName("orders").tags(tag("a", "b")));
            first.client().startDeliveryStreamEncryption(request -> request.deliveryStreamName("orders"));
            first.create(
                    "stream",
                    request -> request.deliveryStreamType("KinesisStreamAsSource")
                            .kinesisStreamSourceConfiguration(source -> source.roleARN(ROLE)
                                    .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders"))
                            .s3DestinationConfiguration(DeliveryStreams.STAGING));
            before = names.stream().map(first::describe).toList();
        }
        try (var millrace = Millrace.start(config);
                var second = DeliveryStreams.ofAccount(millrace, account)) {
            assertThat(names.stream().map(second::describe)).isEqualTo(before);
            assertThat(second.client()
                            .listTagsForDeliveryStream(request -> request.deliveryStreamName("orders"))
                            .tags())
                    .containsExactly(tag("a", "b"));
        }
    }

    private static Consumer<FirehoseException> says(String message) {
        return failure -> assertThat(failure.awsErrorDetails().errorMessage()).isEqualTo(message);
    }

    private static Record record(String text) {
        return Record.builder().data(SdkBytes.fromUtf8String(text)).build();
    }

    private static Record recordOf(int bytes) {
        return Record.builder().data(SdkBytes.fromByteArray(new byte[bytes])).build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
