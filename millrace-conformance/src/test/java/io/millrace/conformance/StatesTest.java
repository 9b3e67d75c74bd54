package io.millrace.conformance;

import static io.millrace.conformance.Kinesis.FIRST;
import static io.millrace.conformance.Kinesis.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.MetricsName;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;

/** Streams caught between two states, by a server whose transitions last longer than the tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatesTest {
    private Millrace millrace;
    private Kinesis kinesis;
    private String splitting;
    private String deleting;

    @BeforeAll
    void startWithStreamsAndStopTheClock(@TempDir Path directory) {
        var quick = MillraceConfig.inDirectory(directory).with("server.port", "0");
        try (var before = Millrace.start(quick.with("streams.transition-delay", "0ms"));
                var client = SdkClient.APACHE.connect(before)) {
            var streams = new Kinesis(client);
            splitting = streams.newStream(1);
            deleting = streams.newStream(1);
        }
        millrace = Millrace.start(quick.with("streams.transition-delay", "10m"));
        kinesis = new Kinesis(SdkClient.APACHE.connect(millrace));
        kinesis.client()
                .splitShard(request ->
                        request.streamName(splitting).shardToSplit(FIRST).newStartingHashKey("1000"));
        kinesis.client().deleteStream(request -> request.streamName(deleting));
    }

    @AfterAll
    void stop() {
        kinesis.client().close();
        millrace.close();
    }

    @Test
    void aStreamInCreationIsListedAndHasNoShards() {
        var stream = newStreamInCreation();

        assertThat(describe(stream).streamStatus()).isEqualTo(StreamStatus.CREATING);
        assertThat(describe(stream).shards()).isEmpty();
        assertThat(kinesis.client().listStreams().streamSummaries())
                .extracting(StreamSummary::streamName, StreamSummary::streamStatus)
                .contains(tuple(stream, StreamStatus.CREATING));
    }

    @Test
    void aStreamInCreationTakesNoRecordsAndGivesNoIterators() {
        var stream = newStreamInCreation();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.put(stream, "x"))
                .withMessageStartingWith("Stream " + stream + " under account 000000000000 not found.");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.iterator(stream, FIRST, Kinesis::latest))
                .withMessageStartingWith(
                        "Shard " + FIRST + " in stream " + stream + " under account 000000000000 does not exist");
    }

    @Test
    void aStreamInCreationIsNeitherListedByShardNorChanged() {
        var stream = newStreamInCreation();
        var notActive = "Stream " + stream + " under account 000000000000 not ACTIVE, instead in state CREATING";

        assertThatExceptionOfType(ResourceInUseException.class).isThrownBy(() -> kinesis.shards(stream));
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .splitShard(request ->
                                request.streamName(stream).shardToSplit(FIRST).newStartingHashKey("1000")))
                .withMessageStartingWith(notActive);
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .mergeShards(request ->
                                request.streamName(stream).shardToMerge(FIRST).adjacentShardToMerge(SECOND)))
                .withMessageStartingWith(notActive);
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client().deleteStream(request -> request.streamName(stream)))
                .withMessageStartingWith(notActive);
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .createStream(request -> request.streamName(stream).shardCount(1)))
                .withMessageStartingWith("Stream " + stream + " under account 000000000000 already exists.");
    }

    @Test
    void aStreamBeingSplitShowsTheParentAloneAndWorksOn() {
        assertThat(describe(splitting).streamStatus()).isEqualTo(StreamStatus.UPDATING);
        assertThat(kinesis.shards(splitting)).singleElement().satisfies(parent -> {
            assertThat(parent.shardId()).isEqualTo(FIRST);
            assertThat(parent.sequenceNumberRange().endingSequenceNumber()).isNull();
        });
        var latest = kinesis.iterator(splitting, FIRST, Kinesis::latest);
        assertThat(kinesis.put(splitting, "x").shardId()).isEqualTo(FIRST);
        assertThat(kinesis.read(latest).texts()).contains("x");
    }

    @Test
    void aStreamBeingSplitIsNotSplitAgain() {
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .splitShard(request -> request.streamName(splitting)
                                .shardToSplit(FIRST)
                                .newStartingHashKey("1000")))
                .withMessageStartingWith(
                        "Stream " + splitting + " under account 000000000000 not ACTIVE, instead in state UPDATING");
    }

    @Test
    void aStreamBeingSplitHasItsSettingsLeftAlone() {
        var client = kinesis.client();
        var arn = describe(splitting).streamARN();
        List<ThrowingCallable> changes = List.of(
                () -> client.startStreamEncryption(request -> request.streamName(splitting)
                        .encryptionType(EncryptionType.KMS)
                        .keyId("alias/aws/kinesis")),
                () -> client.stopStreamEncryption(request -> request.streamName(splitting)
                        .encryptionType(EncryptionType.KMS)
                        .keyId("alias/aws/kinesis")),
                () -> client.enableEnhancedMonitoring(
                        request -> request.streamName(splitting).shardLevelMetrics(MetricsName.ALL)),
                () -> client.updateMaxRecordSize(
                        request -> request.streamARN(arn).maxRecordSizeInKiB(2_048)));
        for (var change : changes) {
            assertThatExceptionOfType(ResourceInUseException.class)
                    .isThrownBy(change)
                    .withMessageStartingWith("Stream " + splitting
                            + " under account 000000000000 not ACTIVE, instead in state UPDATING");
        }
    }

    @Test
    void aStreamBeingDeletedKeepsItsName() {
        assertThat(describe(deleting).streamStatus()).isEqualTo(StreamStatus.DELETING);
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client()
                        .createStream(request -> request.streamName(deleting).shardCount(1)))
                .withMessageStartingWith("Stream " + deleting + " under account 000000000000 already exists.");
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> kinesis.client().deleteStream(request -> request.streamName(deleting)))
                .withMessageStartingWith(
                        "Stream " + deleting + " under account 000000000000 not ACTIVE, instead in state DELETING");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> kinesis.put(deleting, "x"))
                .withMessageStartingWith("Stream " + deleting + " under account 000000000000 not found.");
    }

    @ParameterizedTest
    @EnumSource(
            value = ShardIteratorType.class,
            names = {"TRIM_HORIZON", "LATEST"})
    void aStreamBeingSplitGivesIterators(ShardIteratorType type) {
        assertThat(kinesis.iterator(splitting, FIRST, request -> request.shardIteratorType(type)))
                .isNotEmpty();
    }

    private String newStreamInCreation() {
        var name = Kinesis.uniqueName();
        kinesis.client().createStream(request -> request.streamName(name).shardCount(2));
        return name;
    }

    private StreamDescription describe(String stream) {
        return kinesis.client()
                .describeStream(request -> request.streamName(stream))
                .streamDescription();
    }
}
