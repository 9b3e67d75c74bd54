package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.GetRecordsPage.DeliveredRecord;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ValidationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.MinimumThroughputBillingCommitmentInputStatus;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateAccountSettingsRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;

/** The power fails before and after every step of a change to what a stream is set to: it is made whole, or not at all. */
class SettingsCrashTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final String KEY = "alias/aws/kinesis";
    private static final int SHARDS = 8;
    private static final int WARM_MIB = 8;

    @TempDir
    Path directory;

    /** A change while records are put, of which none is lost, repeated or out of order. */
    private abstract static class Changing implements CrashStory {
        private final List<String> acknowledged = new ArrayList<>();

        abstract void create(Service service);

        abstract void change(Service service);

        /** What the stream is set to in the end, all of one piece. */
        abstract void checkSettings(Service service);

        @Override
        public final void prepare(Service service) {
            acknowledged.clear();
            create(service);
            put(service, "before");
        }

        @Override
        public final void act(Service service) {
            change(service);
            put(service, "during");
            var wait = service.streams.reconcile();
            if (summary(service).streamStatus() == StreamStatus.UPDATING) {
                service.clock.advance(wait);
            }
            put(service, "later");
        }

        @Override
        public final void check(Service service) {
            assertThat(summary(service).streamStatus()).isEqualTo(StreamStatus.ACTIVE);
            put(service, "after");
            assertThat(everything(service)).containsExactlyElementsOf(acknowledged);
            Covers.assertComplete(
                    openShards(service).stream().map(Shard::hashKeyRange).toList());
            assertThat(service.log.shardCount())
                    .isEqualTo(service.shards("orders").size());
            checkSettings(service);
        }

        private void put(Service service, String data) {
            service.put("orders", "key", data);
            acknowledged.add(data);
        }
    }

    @Test
    void switchesTheModeWholeOrNotAtAll() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                service.create("orders", SHARDS);
            }

            @Override
            void change(Service service) {
                service.streams.updateStreamMode(Service.CALLER, switching(StreamMode.ON_DEMAND));
            }

            @Override
            void checkSettings(Service service) {
                assertThat(openShards(service)).hasSize(SHARDS);
                assertSwitchIsCountedIfMade(service);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void notesThePeakOfAStreamThatBecomesOnDemandWithItsSwitch() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                service.create("orders", SHARDS);
            }

            @Override
            void change(Service service) {
                service.streams.updateStreamMode(Service.CALLER, switching(StreamMode.ON_DEMAND));
            }

            @Override
            void checkSettings(Service service) {
                for (int hour = 0; hour < 4; hour++) {
                    service.streams.sample();
                    service.settle();
                    service.clock.advance(OnDemandScaling.SHRINK_INTERVAL);
                }
                // Without its peak, an idle stream that is on-demand would have given up half of them.
                assertThat(openShards(service)).hasSize(SHARDS);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void switchesTheModeWithWarmThroughputWholeOrNotAtAll() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                commit(service);
                service.create("orders", 2);
            }

            @Override
            void change(Service service) {
                service.streams.updateStreamMode(
                        Service.CALLER,
                        switching(StreamMode.ON_DEMAND).toBuilder()
                                .warmThroughputMiBps(WARM_MIB)
                                .build());
            }

            @Override
            void checkSettings(Service service) {
                if (mode(service) == StreamMode.ON_DEMAND) {
                    assertThat(summary(service).warmThroughput().targetMiBps()).isEqualTo(WARM_MIB);
                    assertThat(openShards(service)).hasSize(WARM_MIB);
                } else {
                    assertThat(summary(service).warmThroughput()).isNull();
                    assertThat(service.shards("orders")).hasSize(2);
                }
                assertSwitchIsCountedIfMade(service);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void warmsAStreamWholeOrNotAtAll() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                commit(service);
                service.streams.createStream(
                        Service.CALLER,
                        CreateStreamRequest.builder().streamName("orders").build());
                service.settle();
            }

            @Override
            void change(Service service) {
                service.streams.updateStreamWarmThroughput(
                        Service.CALLER,
                        UpdateStreamWarmThroughputRequest.builder()
                                .streamName("orders")
                                .warmThroughputMiBps(WARM_MIB)
                                .build());
            }

            @Override
            void checkSettings(Service service) {
                int target = summary(service).warmThroughput().targetMiBps();
                assertThat(target).isIn(0, WARM_MIB);
                assertThat(openShards(service)).hasSize(target == 0 ? StreamLimits.ON_DEMAND_SHARDS : WARM_MIB);
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void startsEncryptionWholeOrNotAtAll() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                service.create("orders", 1);
            }

            @Override
            void change(Service service) {
                encrypt(service, KEY);
            }

            @Override
            void checkSettings(Service service) {
                boolean encrypted = summary(service).encryptionType() == EncryptionType.KMS;
                assertThat(summary(service).keyId()).isEqualTo(encrypted ? KEY : null);
                assertMarks(service, EncryptionType.NONE, encrypted ? EncryptionType.KMS : EncryptionType.NONE);
                assertChangesLeft(service, StreamLimits.ENCRYPTION_CHANGES_PER_DAY - (encrypted ? 1 : 0));
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void stopsEncryptionWholeOrNotAtAll() throws Exception {
        new Changing() {
            @Override
            void create(Service service) {
                service.create("orders", 1);
                encrypt(service, KEY);
                service.settle();
            }

            @Override
            void change(Service service) {
                service.streams.stopStreamEncryption(
                        Service.CALLER,
                        StopStreamEncryptionRequest.builder()
                                .streamName("orders")
                                .encryptionType(EncryptionType.KMS)
                                .keyId(KEY)
                                .build());
            }

            @Override
            void checkSettings(Service service) {
                boolean encrypted = summary(service).encryptionType() == EncryptionType.KMS;
                assertThat(summary(service).keyId()).isEqualTo(encrypted ? KEY : null);
                assertMarks(service, EncryptionType.KMS, encrypted ? EncryptionType.KMS : EncryptionType.NONE);
                assertChangesLeft(service, StreamLimits.ENCRYPTION_CHANGES_PER_DAY - (encrypted ? 1 : 2));
            }
        }.cutAtEachStep(directory);
    }

    @Test
    void changesTheRecordSizeLimitWholeOrNotAtAll() throws Exception {
        var large = "x".repeat(1_500 * 1_024);
        new Changing() {
            @Override
            void create(Service service) {
                service.create("orders", 1);
            }

            @Override
            void change(Service service) {
                service.streams.updateMaxRecordSize(
                        Service.CALLER,
                        UpdateMaxRecordSizeRequest.builder()
                                .streamARN(ARN)
                                .maxRecordSizeInKiB(2_048)
                                .build());
            }

            @Override
            void checkSettings(Service service) {
                int kib = summary(service).maxRecordSizeInKiB();
                assertThat(kib).isIn(1_024, 2_048);
                if (kib == 2_048) {
                    service.put("orders", "key", large);
                } else {
                    assertThatThrownBy(() -> service.put("orders", "key", large))
                            .isInstanceOf(ValidationException.class);
                }
            }
        }.cutAtEachStep(directory);
    }

    private static UpdateStreamModeRequest switching(StreamMode mode) {
        return UpdateStreamModeRequest.builder()
                .streamARN(ARN)
                .streamModeDetails(details -> details.streamMode(mode))
                .build();
    }

    /** Two switches a day are allowed: the one that may have been made is one of them, and one that was not is none. */
    private static void assertSwitchIsCountedIfMade(Service service) {
        int left = mode(service) == StreamMode.ON_DEMAND ? 1 : 2;
        for (int i = 0; i < left; i++) {
            service.streams.updateStreamMode(Service.CALLER, switching(otherMode(service)));
            service.settle();
        }
        assertThatThrownBy(() -> service.streams.updateStreamMode(Service.CALLER, switching(otherMode(service))))
                .isInstanceOf(LimitExceededException.class);
    }

    private static StreamMode mode(Service service) {
        return summary(service).streamModeDetails().streamMode();
    }

    private static StreamMode otherMode(Service service) {
        return mode(service) == StreamMode.ON_DEMAND ? StreamMode.PROVISIONED : StreamMode.ON_DEMAND;
    }

    private static void commit(Service service) {
        service.streams.updateAccountSettings(
                Service.CALLER,
                UpdateAccountSettingsRequest.builder()
                        .minimumThroughputBillingCommitment(
                                commitment -> commitment.status(MinimumThroughputBillingCommitmentInputStatus.ENABLED))
                        .build());
    }

    private static void encrypt(Service service, String keyId) {
        service.streams.startStreamEncryption(
                Service.CALLER,
                StartStreamEncryptionRequest.builder()
                        .streamName("orders")
                        .encryptionType(EncryptionType.KMS)
                        .keyId(keyId)
                        .build());
    }

    private static void assertChangesLeft(Service service, int left) {
        for (int change = 0; change < left; change++) {
            encrypt(service, "alias/key-" + change);
            service.settle();
        }
        assertThatThrownBy(() -> encrypt(service, "alias/once-more")).isInstanceOf(LimitExceededException.class);
    }

    private static void assertMarks(Service service, EncryptionType ofFirst, EncryptionType ofLast) {
        var iterator = service.iterator("orders", "shardId-000000000000", ShardIteratorType.TRIM_HORIZON);
        var marks = service.read(iterator).records().stream()
                .map(DeliveredRecord::encryptionType)
                .toList();
        assertThat(marks.getFirst()).isEqualTo(ofFirst);
        // Those that were put after the change, whether the power failed before them or behind them.
        assertThat(marks.subList(1, marks.size())).containsOnly(ofLast);
    }

    private static StreamDescriptionSummary summary(Service service) {
        return service.streams
                .describeStreamSummary(
                        Service.CALLER,
                        DescribeStreamSummaryRequest.builder()
                                .streamName("orders")
                                .build())
                .streamDescriptionSummary();
    }

    private static List<String> everything(Service service) {
        return service.shards("orders").stream()
                .flatMap(shard -> service.contents("orders", shard.shardId()).stream())
                .toList();
    }

    private static List<Shard> openShards(Service service) {
        return service.streams
                .listShards(
                        Service.CALLER,
                        ListShardsRequest.builder()
                                .streamName("orders")
                                .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST))
                                .build())
                .shards();
    }
}
