package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * A server killed with SIGKILL at random moments while it takes records and delivers them, again and again on the same data
 * directory. In the end every record that was acknowledged stands in its bucket exactly once; one whose put was never
 * answered stands there once or not at all.
 *
 * <p>{@code -Dmillrace.crash.kills=N} sets how often, {@code -Dseed=N} repeats the choices of a run, though not its timing.
 */
class DeliveryCrashTest {
    private static final int KILLS = Integer.getInteger("millrace.crash.kills", 12) / 2;
    private static final long SEED = Long.getLong("seed", 7_103);
    private static final int LOAD_MIN_MILLIS = 300;
    private static final int LOAD_MAX_MILLIS = 2_500;
    private static final String STREAM = "crash-source";

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Set<String>> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> tried = new ConcurrentHashMap<>();

    private interface Sender {
        void send(List<String> records);
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // it lasts as long as the kills that were asked for
    void deliversEveryAcknowledgedRecordExactlyOnce(@TempDir Path directory) throws Exception {
        var log = directory.resolve("server.log");
        var data = directory.resolve("data");
        var flags = List.of("--firehose.interval-max", "300ms", "--firehose.buffer-max-bytes", "1MiB");
        try (var server = ServerProcess.start(data, log, flags);
                var firehose = FirehoseSdk.connect(server.endpoint());
                var kinesis = server.connect()) {
            create(firehose, kinesis);
        }
        for (int kill = 1; kill <= KILLS; kill++) {
            try (var server = ServerProcess.start(data, log, flags);
                    var firehose = FirehoseSdk.connect(server.endpoint());
                    var kinesis = server.connect()) {
                loadUntilKilled(server, senders(firehose, kinesis), kill);
            }
        }
        try (var _ = ServerProcess.start(data, log, flags)) {
            for (var bucket : List.of("plain", "packed", "raw", "parts", "streamed", "streamed-too")) {
                verify(bucket, new DeliveredFolder(data.resolve("objects").resolve(bucket)));
            }
        }
    }

    private static void create(FirehoseSdk firehose, KinesisClient kinesis) {
        firehose.create("plain", FirehoseSdk.to("plain"));
        firehose.create(
                "packed",
                FirehoseSdk.to("packed")
                        .compressionFormat(CompressionFormat.GZIP)
                        .s3BackupMode(S3BackupMode.ENABLED)
                        .s3BackupConfiguration(
                                backup -> backup.roleARN(FirehoseSdk.ROLE).bucketARN("arn:aws:s3:::raw")));
        firehose.create(
                "parts",
                FirehoseSdk.to("parts")
                        .prefix("k=!{partitionKeyFromQuery:k}/!{firehose:random-string}/")
                        .errorOutputPrefix("err/!{firehose:error-output-type}/")
                        .bufferingHints(hints -> hints.sizeInMBs(64).intervalInSeconds(60))
                        .dynamicPartitioningConfiguration(dynamic -> dynamic.enabled(true))
                        .processingConfiguration(FirehoseSdk.keyed("{k:(.n % 5)}")));
        kinesis.createStream(request -> request.streamName(STREAM).shardCount(2));
        new Kinesis(kinesis).awaitActive(STREAM);
        firehose.createFrom(STREAM, "streamed", FirehoseSdk.to("streamed"));
        firehose.createFrom(STREAM, "streamed-too", FirehoseSdk.to("streamed-too"));
    }

    private static Map<List<String>, Sender> senders(FirehoseSdk firehose, KinesisClient kinesis) {
        return Map.of(
                List.of("plain"),
                records -> firehose.put("plain", records),
                List.of("packed", "raw"),
                records -> firehose.put("packed", records),
                List.of("parts"),
                records -> firehose.put("parts", records),
                List.of("streamed", "streamed-too"),
                records -> put(kinesis, records));
    }

    private static void put(KinesisClient kinesis, List<String> records) {
        var reply = kinesis.putRecords(request -> request.streamName(STREAM)
                .records(records.stream()
                        .map(record -> PutRecordsRequestEntry.builder()
                                .partitionKey(record.substring(0, 20))
                                .data(SdkBytes.fromUtf8String(record))
                                .build())
                        .toList()));
        assertThat(reply.failedRecordCount()).isZero();
    }

    private void loadUntilKilled(ServerProcess server, Map<List<String>, Sender> senders, int life) throws Exception {
        var ending = new CountDownLatch(1);
        var work = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            senders.forEach((buckets, sender) -> {
                var chance = random.split();
                work.add(threads.submit(() -> loadUntil(ending, buckets, sender, life, chance)));
            });
            // Nothing happens in this time but the work: the latch is still shut.
            assertThat(ending.await(random.nextInt(LOAD_MIN_MILLIS, LOAD_MAX_MILLIS), TimeUnit.MILLISECONDS))
                    .isFalse();
            ending.countDown();
            server.kill();
            for (var task : work) {
                task.get();
            }
        }
    }

    private void loadUntil(
            CountDownLatch ending, List<String> buckets, Sender sender, int life, SplittableRandom chance) {
        for (int batch = 0; ; batch++) {
            var records = new ArrayList<String>();
            for (int i = chance.nextInt(1, 60); i > 0; i--) {
                // One line a record, and no two alike.
                records.add("{\"n\":" + i + ",\"id\":\"" + life + "." + batch + "." + i + "\",\"pad\":\""
                        + "x".repeat(chance.nextInt(1_000)) + "\"}\n");
            }
            buckets.forEach(bucket -> of(tried, bucket).addAll(stripped(records)));
            try {
                sender.send(records);
                buckets.forEach(bucket -> of(acknowledged, bucket).addAll(stripped(records)));
            } catch (SdkException unanswered) {
                if (ending.getCount() == 0) {
                    return;
                }
                throw new AssertionError("the server gave no answer although nobody had ended it", unanswered);
            }
        }
    }

    private static Set<String> of(Map<String, Set<String>> all, String bucket) {
        return all.computeIfAbsent(bucket, _ -> ConcurrentHashMap.newKeySet());
    }

    private static List<String> stripped(List<String> records) {
        return records.stream().map(String::strip).toList();
    }

    private void verify(String name, DeliveredFolder bucket) {
        var expected = of(acknowledged, name);
        assertThat(expected).hasSizeGreaterThan(KILLS * 20);
        Await.until("all of " + name + " delivered", () -> new HashSet<>(bucket.lines("")).containsAll(expected));
        var counts = new HashMap<String, Integer>();
        bucket.lines("").forEach(line -> counts.merge(line, 1, Integer::sum));
        assertThat(counts.values()).as("times that records stand in %s", name).containsOnly(1);
        assertThat(of(tried, name)).containsAll(counts.keySet());
    }
}
