package io.millrace.firehose.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import io.millrace.testkit.TestEndpoint.Request;
import io.millrace.testkit.TestSnowflake;
import io.millrace.testkit.TestSnowflake.Fault;
import io.millrace.testkit.TestSnowflake.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.SnowflakeDataLoadingOption;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

/** Against a stand-in made after Snowflake's published description, no Snowflake. */
class SnowflakeDestinationTest {
    @TempDir
    Path scratch;

    private final TestSnowflake snowflake = TestSnowflake.start();
    private Instant now = Instant.parse("2030-01-02T00:00:00Z");
    private HttpDestinations destinations;
    private Map<String, String> secrets = Map.of();

    @BeforeEach
    void open() throws Exception {
        var tls = SSLContext.getDefault();
        destinations = new HttpDestinations(
                new HttpDestinationsConfig(
                        scratch,
                        Map.of(),
                        HttpDestinationsConfig.SearchLogin.anonymous(),
                        Map.of("myorg-acct", snowflake.url())),
                arn -> Optional.ofNullable(secrets.get(arn)),
                () -> tls,
                () -> now,
                length -> now = now.plus(length));
    }

    @AfterEach
    void close() {
        destinations.close();
        snowflake.close();
    }

    @Test
    void rowsAreTheRecordsThemselves() throws Exception {
        var attempt = destination(_ -> {}).attempt(TestBatch.of("{\"n\":1}", "{\"n\": 2,\r\n\"text\":\"ö\"}\n"));

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        assertThat(snowflake.rows()).containsExactly("{\"n\":1}", "{\"n\": 2,  \"text\":\"ö\"} ");
        assertThat(targets()).first().isEqualTo("/v2/streaming/hostname");
        assertThat(targets())
                .anyMatch(target -> target.startsWith(
                        "/v2/streaming/databases/Db/schemas/Public/pipes/Orders-STREAMING/channels/MILLRACE_"));
    }

    @Test
    void contentAndItsOriginCanHaveAColumnEach() throws Exception {
        var fromKinesis = new DeliveryRecord(
                new RecordPosition("s", 7, 0),
                TestBatch.ARRIVAL,
                "{\"n\":2}".getBytes(StandardCharsets.UTF_8),
                new Origin.KinesisStream(
                        "arn:aws:kinesis:us-east-1:000000000000:stream/clicks", "shardId-1", "49", 3, "k\""),
                Map.of());
        destination(it -> it.dataLoadingOption(SnowflakeDataLoadingOption.VARIANT_CONTENT_MAPPING)
                        .contentColumnName("CON\"TENT"))
                .attempt(TestBatch.of("{\"n\":1}"));
        destination(it -> it.dataLoadingOption(SnowflakeDataLoadingOption.VARIANT_CONTENT_AND_METADATA_MAPPING)
                        .contentColumnName("C")
                        .metaDataColumnName("M"))
                .attempt(new TestBatch(
                        new UUID(5, 5), List.of(TestBatch.of("{\"n\":1}").all().getFirst(), fromKinesis)));

        assertThat(snowflake.rows())
                .containsExactly(
                        "{\"CON\\\"TENT\":{\"n\":1}}",
                        "{\"C\":{\"n\":1},\"M\":{\"firehoseDeliveryStreamName\":\"orders\","
                                + "\"IngestionTime\":\"2030-01-01T23:30:00Z\"}}",
                        "{\"C\":{\"n\":2},\"M\":{\"kinesisStreamName\":\"clicks\",\"kinesisShardId\":\"shardId-1\","
                                + "\"kinesisPartitionKey\":\"k\\\"\",\"kinesisSequenceNumber\":\"49\","
                                + "\"subsequenceNumber\":\"3\",\"IngestionTime\":\"2030-01-01T23:30:00Z\"}}");
    }

    @Test
    void whatIsNoJsonObjectIsGivenUpAloneAndTheRestGoesIn() throws Exception {
        var attempt = destination(_ -> {})
                .attempt(TestBatch.of("{\"n\":1}", "oops", "[1]", "{\"n\":2", "{}{}", "", "{\"n\":3}"));

        assertThat(snowflake.rows()).containsExactly("{\"n\":1}", "{\"n\":3}");
        assertThat(((Attempt.Partly) attempt).undelivered()).hasSize(5).allSatisfy(one -> {
            assertThat(one.failure().code()).isEqualTo("Snowflake.InvalidInput");
            assertThat(one.failure().remedy()).isEqualTo(Remedy.GIVE_UP);
        });
    }

    @Test
    void rowsAreDeliveredWhenTheyAreCommittedNotWhenTheyAreTaken() throws Exception {
        snowflake.commitAfter(4);
        var start = now;

        assertThat(destination(_ -> {}).attempt(TestBatch.of("{}"))).isEqualTo(new Attempt.Delivered());

        assertThat(now).isEqualTo(start.plusSeconds(4));
        assertThat(snowflake.rows()).containsExactly("{}");
    }

    @Test
    void whatIsNeverCommittedIsTriedAgain() throws Exception {
        snowflake.commitOnly(0);

        assertRefused(TestBatch.of("{}"), "Snowflake.CommitTimeout", Remedy.RETRY);
    }

    @Test
    void aLargeBatchGoesInSeveralRequestsAndAHalfCommittedOneGoesOnWhereItStopped() throws Exception {
        var batch = large(9);
        snowflake.commitOnly(1);
        assertRefused(batch, "Snowflake.CommitTimeout", Remedy.RETRY);
        int committed = snowflake.rows().size();
        assertThat(committed).isBetween(1, 8);

        snowflake.commitOnly(Integer.MAX_VALUE);
        assertThat(destination(_ -> {}).attempt(batch)).isEqualTo(new Attempt.Delivered());

        assertThat(snowflake.rows()).isEqualTo(texts(batch));
    }

    @Test
    void aLostReplyMakesNoDoubles() throws Exception {
        var batch = large(9);
        for (var step : List.of(Step.APPEND, Step.OPEN, Step.STATUS, Step.TOKEN)) {
            snowflake.next(step, new Fault.LoseReply());
            snowflake.next(step, new Fault.Reset());
        }
        Attempt attempt;
        int attempts = 0;
        do {
            attempt = destination(_ -> {}).attempt(batch);
        } while (!(attempt instanceof Attempt.Delivered) && ++attempts < 20);

        assertThat(attempt).isEqualTo(new Attempt.Delivered());
        assertThat(snowflake.rows()).isEqualTo(texts(batch));
    }

    @Test
    void versionsThatDeliverAtTheSameTimeMakeNoDoubles() throws Exception {
        var older = large(9);
        var newer = new TestBatch(new UUID(2, 2), List.of(TestBatch.record(9, TestBatch.ARRIVAL, "{\"n\":9}")));
        snowflake.commitOnly(1);
        assertRefused(older, "Snowflake.CommitTimeout", Remedy.RETRY);

        snowflake.commitOnly(Integer.MAX_VALUE);
        assertThat(destination(inVersion("2"), _ -> {}).attempt(newer)).isEqualTo(new Attempt.Delivered());
        assertThat(destination(_ -> {}).attempt(older)).isEqualTo(new Attempt.Delivered());

        var all = new ArrayList<>(texts(older));
        all.addAll(texts(newer));
        assertThat(snowflake.rows()).containsExactlyInAnyOrderElementsOf(all);
    }

    private static StreamIdentity inVersion(String version) {
        var stream = TestBatch.STREAM;
        return new StreamIdentity(stream.account(), stream.region(), stream.name(), stream.arn(), version);
    }

    @Test
    void aBatchThatIsInIsNotSentAgainAfterACrash() throws Exception {
        var batch = TestBatch.of("{\"n\":1}", "{\"n\":2}");
        destination(_ -> {}).attempt(batch);
        long sent = appends();

        assertThat(destination(_ -> {}).attempt(batch)).isEqualTo(new Attempt.Delivered());

        assertThat(appends()).isEqualTo(sent);
        assertThat(snowflake.rows()).hasSize(2);
    }

    @Test
    void aBatchThatComesAgainWithOtherRowsIsSentAgainRatherThanLost() throws Exception {
        destination(_ -> {}).attempt(TestBatch.of("{\"n\":1}", "{\"n\":2}"));

        assertThat(destination(_ -> {}).attempt(TestBatch.of("{\"n\":1}", "{\"n\":\"other\"}")))
                .isEqualTo(new Attempt.Delivered());

        assertThat(snowflake.rows()).contains("{\"n\":\"other\"}");
    }

    @Test
    void theNextBatchOfAChannelFollowsTheLast() throws Exception {
        destination(_ -> {})
                .attempt(new TestBatch(new UUID(1, 1), TestBatch.of("{\"n\":1}").all()));
        destination(_ -> {})
                .attempt(new TestBatch(new UUID(2, 2), TestBatch.of("{\"n\":2}").all()));

        assertThat(snowflake.rows()).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void rowsThatSnowflakeRefusedAreToldWithThoseTheyCameWith() throws Exception {
        snowflake.refuseRowsWith("bad");
        var batch = TestBatch.of("{\"n\":1}", "{\"n\":\"bad\"}");

        assertSuspects(batch);
        // After a crash it is in, and what was refused of it has still to be told.
        assertSuspects(batch);
        assertThat(snowflake.rows()).containsExactly("{\"n\":1}");

        assertThat(destination(_ -> {})
                        .attempt(new TestBatch(
                                new UUID(3, 3), TestBatch.of("{\"n\":3}").all())))
                .isEqualTo(new Attempt.Delivered());
    }

    private void assertSuspects(TestBatch batch) throws Exception {
        var attempt = (Attempt.Partly) destination(_ -> {}).attempt(batch);
        assertThat(attempt.undelivered()).hasSize(2).allSatisfy(one -> {
            assertThat(one.failure())
                    .isEqualTo(new Failure(
                            "Snowflake.RowRefused",
                            "Snowflake refused 1 of the 2 rows that this one came with: Numeric value is not recognized",
                            Remedy.GIVE_UP));
        });
    }

    @Test
    void rowsThatWereSentAfterTheLastBadOneAreNotSuspected() throws Exception {
        snowflake.refuseRowsWith("\"n\":0,");
        var batch = large(9);

        var attempt = (Attempt.Partly) destination(_ -> {}).attempt(batch);

        assertThat(attempt.undelivered()).hasSizeBetween(1, 8);
        assertThat(snowflake.rows()).hasSize(8);
    }

    @Test
    void anExpiredTokenIsRenewed() throws Exception {
        var destination = destination(_ -> {});
        destination.attempt(
                new TestBatch(new UUID(1, 1), TestBatch.of("{\"n\":1}").all()));
        snowflake.expireTokens();

        assertThat(destination.attempt(
                        new TestBatch(new UUID(2, 2), TestBatch.of("{\"n\":2}").all())))
                .isEqualTo(new Attempt.Delivered());
        assertThat(snowflake.rows()).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void refusalsAreSortedByWhatMayHelp() throws Exception {
        snowflake.next(Step.OPEN, new Fault.Refuse(404, "ERR_PIPE_DOES_NOT_EXIST"));
        assertRefused(TestBatch.of("{}"), "Snowflake.TableNotFound", Remedy.RETRY);
        snowflake.next(Step.OPEN, new Fault.Refuse(403, "ERR_NO_PRIVILEGE"));
        assertRefused(TestBatch.of("{}"), "Snowflake.AccessDenied", Remedy.RETRY);
        snowflake.next(Step.APPEND, new Fault.Refuse(429, "TOO_MANY_REQUESTS"));
        assertRefused(TestBatch.of("{}"), "Snowflake.Throttled", Remedy.RETRY);
        snowflake.next(Step.APPEND, new Fault.Refuse(503, "UNAVAILABLE"));
        assertRefused(TestBatch.of("{}"), "Snowflake.ServiceError", Remedy.RETRY);
        snowflake.next(Step.APPEND, new Fault.Refuse(400, "STALE_CONTINUATION_TOKEN_SEQUENCER"));
        assertRefused(TestBatch.of("{}"), "Snowflake.ChannelInvalidated", Remedy.RETRY);
        snowflake.next(Step.APPEND, new Fault.Refuse(400, "INVALID_ROWS"));
        assertRefused(TestBatch.of("{}"), "Snowflake.InvalidInput", Remedy.GIVE_UP);
        snowflake.next(Step.OPEN, new Fault.Garbage());
        assertRefused(TestBatch.of("{}"), "Snowflake.InvalidResponse", Remedy.RETRY);
        snowflake.next(Step.OPEN, new Fault.Reset());
        assertRefused(TestBatch.of("{}"), "Snowflake.ConnectionClosed", Remedy.RETRY);
        assertThat(snowflake.rows()).isEmpty();
    }

    @Test
    void keysMayBeEncrypted() throws Exception {
        var parameters = SecretKeyFactory.getInstance("PBEWithHmacSHA256AndAES_256");
        var key = parameters.generateSecret(new PBEKeySpec("open sesame".toCharArray()));
        var cipher = Cipher.getInstance("PBEWithHmacSHA256AndAES_256");
        cipher.init(Cipher.ENCRYPT_MODE, key, new SecureRandom());
        // As openssl says it in the file.
        var said = AlgorithmParameters.getInstance("PBES2");
        said.init(cipher.getParameters().getEncoded());
        var sealed = new EncryptedPrivateKeyInfo(
                        said, cipher.doFinal(Base64.getDecoder().decode(snowflake.privateKey())))
                .getEncoded();

        assertThat(destination(it -> it.privateKey(Base64.getEncoder().encodeToString(sealed))
                                .keyPassphrase("open sesame"))
                        .attempt(TestBatch.of("{}")))
                .isEqualTo(new Attempt.Delivered());
    }

    @Test
    void credentialsMayStandInASecretAndAreNeverShown() throws Exception {
        secrets = Map.of(
                "arn:login",
                "{\"user\":\"loader\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\n" + snowflake.privateKey()
                        + "\\n\"}",
                "arn:broken",
                "{\"user\":\"loader\",\"private_key\":\"TOPSECRET\"}");
        Consumer<SnowflakeDestinationConfiguration.Builder> login = it -> it.user(null)
                .privateKey(null)
                .secretsManagerConfiguration(secret -> secret.enabled(true).secretARN("arn:login"));
        assertThat(destination(login).attempt(TestBatch.of("{}"))).isEqualTo(new Attempt.Delivered());

        var attempt = destination(it -> it.secretsManagerConfiguration(
                        secret -> secret.enabled(true).secretARN("arn:broken")))
                .attempt(TestBatch.of("{}"));
        var failure = ((Attempt.Refused) attempt).failure();
        assertThat(failure.code()).isEqualTo("Snowflake.InvalidCredentials");
        assertThat(failure.message()).doesNotContain("TOPSECRET");
    }

    @Test
    void theRoleIsAskedFor() throws Exception {
        destination(it ->
                        it.snowflakeRoleConfiguration(role -> role.enabled(true).snowflakeRole("LOADER_ROLE")))
                .attempt(TestBatch.of("{}"));

        assertThat(snowflake.requests().stream().filter(SnowflakeDestinationTest::isAppend))
                .singleElement()
                .satisfies(request -> assertThat(request.headers()).containsEntry("x-snowflake-role", "LOADER_ROLE"));
    }

    private static boolean isAppend(Request request) {
        return request.target().contains("/rows?");
    }

    private long appends() {
        return snowflake.requests().stream()
                .filter(SnowflakeDestinationTest::isAppend)
                .count();
    }

    private List<String> targets() {
        return snowflake.requests().stream().map(Request::target).toList();
    }

    /** Of so many megabytes. */
    private static TestBatch large(int megabytes) {
        var all = new ArrayList<DeliveryRecord>();
        IntStream.range(0, megabytes)
                .forEach(n -> all.add(TestBatch.record(
                        n, TestBatch.ARRIVAL, "{\"n\":" + n + ",\"pad\":\"" + "x".repeat(1_000_000) + "\"}")));
        return new TestBatch(new UUID(9, megabytes), all);
    }

    private static List<String> texts(TestBatch batch) {
        return batch.all().stream()
                .map(record -> new String(record.data(), StandardCharsets.UTF_8))
                .toList();
    }

    private void assertRefused(TestBatch batch, String code, Remedy remedy) throws Exception {
        var failure = ((Attempt.Refused) destination(_ -> {}).attempt(batch)).failure();
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.remedy()).isEqualTo(remedy);
    }

    private Destination destination(Consumer<SnowflakeDestinationConfiguration.Builder> with) {
        return destination(TestBatch.STREAM, with);
    }

    private Destination destination(StreamIdentity stream, Consumer<SnowflakeDestinationConfiguration.Builder> with) {
        var configuration = SnowflakeDestinationConfiguration.builder()
                .accountUrl("https://myorg-acct.snowflakecomputing.com")
                .user("loader")
                .privateKey(snowflake.privateKey())
                .database("Db")
                .schema("Public")
                .table("Orders")
                .dataLoadingOption(SnowflakeDataLoadingOption.JSON_MAPPING);
        with.accept(configuration);
        return destinations.snowflake(stream, configuration.build());
    }
}
