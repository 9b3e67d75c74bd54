package io.millrace.bench.kafka;

import io.millrace.bench.figure.Figure;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What is done to one topic. A thread for each connection; each owns its client and its counts. */
record Scenarios(KafkaOptions options, String topic) {
    private static final int CORPUS = 4000;
    private static final int SMALL_CORPUS = 4096;
    private static final long FILL_MAX_BYTES = 512 << 20;
    private static final String BATCH_MAX_BYTES = Integer.toString(1 << 20);
    private static final String FETCH_MAX_BYTES = Integer.toString(10 << 20);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLEARING_UP_MAX = Duration.ofSeconds(60);

    /** Each connection sends so many records and awaits all their acknowledgements before the next ones. */
    Figure batches(int connections, int batchRecords, int recordBytes) throws InterruptedException {
        var records = new Records(topic, CORPUS, recordBytes);
        var producerOptions = Map.of("linger.ms", "0", "batch.size", BATCH_MAX_BYTES, "max.request.size", "2097152");
        return closedLoop(
                "PutRecords " + batchRecords + " x 1 KiB", connections, records, batchRecords, producerOptions);
    }

    /** Each connection sends one record and awaits its acknowledgement before the next one. */
    Figure singles(int connections, int recordBytes) throws InterruptedException {
        var records = new Records(topic, SMALL_CORPUS, recordBytes);
        var producerOptions = Map.of("linger.ms", "0", "buffer.memory", "1048576");
        return closedLoop("PutRecord " + recordBytes + " B", connections, records, 1, producerOptions);
    }

    private Figure closedLoop(
            String label, int connections, Records records, int batchRecords, Map<String, String> producerOptions)
            throws InterruptedException {
        return measure(label, connections, number -> new Work() {
            private final KafkaProducer<byte[], byte[]> producer = producer(producerOptions);
            private int next = number * batchRecords;

            @Override
            public void run(Measured measured) throws InterruptedException {
                try (producer) {
                    while (!measured.isOver()) {
                        sendAll(measured);
                    }
                }
            }

            private void sendAll(Measured measured) throws InterruptedException {
                long sentAt = System.nanoTime();
                var refused = new AtomicLong();
                for (int i = 0; i < batchRecords; i++) {
                    var _ = producer.send(records.get(next++), (_, failure) -> {
                        if (failure != null) {
                            refused.incrementAndGet();
                        }
                    });
                }
                producer.flush();
                if (refused.get() > 0) {
                    measured.failed(refused.get() + " records were refused");
                } else {
                    measured.answered(sentAt, batchRecords, (long) batchRecords * records.payloadBytes());
                }
            }
        });
    }

    /** As its producer is meant to be used: one, with what is on its way bounded by its buffer alone. */
    Figure pipelined(int recordBytes) throws InterruptedException {
        var records = new Records(topic, CORPUS, recordBytes);
        return measure("pipelined producer of 1 KiB", 1, _ -> measured -> {
            try (var producer = producer(Map.of("linger.ms", "5", "batch.size", BATCH_MAX_BYTES))) {
                for (int next = 0; !measured.isOver(); next++) {
                    long sentAt = System.nanoTime();
                    var _ = producer.send(records.get(next), (_, failure) -> {
                        // On the producer's own thread, which alone counts until it is closed.
                        if (failure != null) {
                            measured.failed(failure.toString());
                        } else {
                            measured.answered(sentAt, 1, recordBytes);
                        }
                    });
                }
            }
        });
    }

    /** Every partition from its beginning to its end, again and again; the first pass must hold all that was put. */
    Figure drain(int partitions, int recordBytes) throws InterruptedException {
        var records = new Records(topic, CORPUS, recordBytes);
        var put = fill(records);
        var read = new AtomicLong();
        var figure = measure("GetRecords of 1 KiB", partitions, partition -> measured -> {
            try (var consumer = consumer(Map.of(
                    "fetch.max.bytes",
                    FETCH_MAX_BYTES,
                    "max.partition.fetch.bytes",
                    FETCH_MAX_BYTES,
                    "max.poll.records",
                    "10000"))) {
                var mine = List.of(new TopicPartition(topic, partition));
                consumer.assign(mine);
                long end = consumer.endOffsets(mine).getOrDefault(mine.getFirst(), 0L);
                boolean first = true;
                while (first || !measured.isOver()) {
                    consumer.seekToBeginning(mine);
                    long seen = pass(consumer, end, records, measured);
                    if (first) {
                        read.addAndGet(seen);
                    }
                    first = false;
                }
            }
        });
        return read.get() == put
                ? figure
                : figure.with("errors", figure.number("errors").orElse(0) + 1)
                        .with("first_error", "read back " + read.get() + " of " + put + " records");
    }

    private static long pass(KafkaConsumer<byte[], byte[]> consumer, long end, Records records, Measured measured) {
        long expected = 0;
        long giveUpAt = measured.endNanos() + CLEARING_UP_MAX.toNanos();
        while (expected < end) {
            long sentAt = System.nanoTime();
            var page = consumer.poll(POLL);
            for (var record : page) {
                if (record.offset() != expected++ || !records.holds(record)) {
                    measured.failed("offset " + record.offset() + " holds another record");
                }
            }
            if (!page.isEmpty()) {
                measured.answered(sentAt, page.count(), (long) page.count() * records.payloadBytes());
            } else if (System.nanoTime() > giveUpAt) {
                measured.failed("the partition's end was not reached");
                return expected;
            }
        }
        return expected;
    }

    private long fill(Records records) throws InterruptedException {
        long countMax = FILL_MAX_BYTES / records.payloadBytes();
        long endNanos = System.nanoTime() + options.measured().toNanos();
        var acknowledged = new AtomicLong();
        try (var producer = producer(Map.of("linger.ms", "5", "batch.size", BATCH_MAX_BYTES))) {
            for (int next = 0; next < countMax && System.nanoTime() < endNanos; next++) {
                var _ = producer.send(records.get(next), (_, failure) -> {
                    if (failure == null) {
                        acknowledged.incrementAndGet();
                    }
                });
            }
        }
        return acknowledged.get();
    }

    /** Single records at a pace, and one consumer that waits for them. */
    Figure follow(int perSecond, int recordBytes) throws InterruptedException {
        return measure("put to event", 1, _ -> measured -> {
            var consumed = new AtomicLong();
            var sent = new AtomicLong();
            var reader = Thread.ofPlatform().start(() -> consume(measured, consumed, sent));
            try (var producer = producer(Map.of("linger.ms", "0"))) {
                long begin = System.nanoTime();
                for (long number = 0; !measured.isOver(); number++) {
                    var payload = ByteBuffer.allocate(recordBytes)
                            .putLong(System.nanoTime())
                            .array();
                    var _ = producer.send(new ProducerRecord<>(topic, 0, null, payload));
                    sent.incrementAndGet();
                    pauseUntil(begin + (number + 1) * 1_000_000_000L / perSecond);
                }
            }
            reader.join(CLEARING_UP_MAX);
            if (consumed.get() != sent.get()) {
                measured.failed("consumed " + consumed.get() + " of " + sent.get() + " records");
            }
        });
    }

    private void consume(Measured measured, AtomicLong consumed, AtomicLong sent) {
        try (var consumer = consumer(Map.of("fetch.min.bytes", "1"))) {
            var mine = List.of(new TopicPartition(topic, 0));
            consumer.assign(mine);
            consumer.seekToBeginning(mine);
            long giveUpAt = measured.endNanos() + CLEARING_UP_MAX.toNanos();
            while ((!measured.isOver() || consumed.get() < sent.get()) && System.nanoTime() < giveUpAt) {
                for (var record : consumer.poll(POLL)) {
                    long sentAt = ByteBuffer.wrap(record.value()).getLong();
                    consumed.incrementAndGet();
                    if (sentAt >= measured.startNanos()) {
                        measured.answered(sentAt, 1, record.value().length);
                    }
                }
            }
        }
    }

    private static void pauseUntil(long due) {
        while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** What one connection does, on a thread of its own. */
    private interface Work {
        void run(Measured measured) throws InterruptedException, ExecutionException;
    }

    private Figure measure(String label, int connections, Function<Integer, Work> work) throws InterruptedException {
        var works = IntStream.range(0, connections).boxed().map(work).toList();
        long startNanos = System.nanoTime() + options.warmUp().toNanos();
        var counts = new ArrayList<Measured>();
        var threads = new ArrayList<Thread>();
        for (var each : works) {
            var mine = new Measured(startNanos, options.measured());
            counts.add(mine);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    each.run(mine);
                } catch (ExecutionException | RuntimeException e) {
                    mine.failed(e.toString());
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        pauseUntil(startNanos);
        var before = cpuNanos();
        pauseUntil(startNanos + options.measured().toNanos());
        var after = cpuNanos();
        var sum = new Measured(startNanos, options.measured());
        for (int i = 0; i < threads.size(); i++) {
            threads.get(i).join();
            sum.add(counts.get(i));
        }
        return figure(label, connections, sum, before, after);
    }

    private Figure figure(String label, int connections, Measured sum, Cpu before, Cpu after) {
        double seconds = options.measured().toNanos() / 1e9;
        var figure = Figure.of(options.server(), label)
                .with("encoding", "Kafka")
                .with("first_error", sum.firstError())
                .with("shards", label.equals("put to event") ? 1 : 4)
                .with("connections", connections)
                .with("measured_seconds", seconds)
                .with("records_per_second", sum.records() / seconds)
                .with("payload_bytes_per_second", sum.payloadBytes() / seconds)
                .with("requests_per_second", sum.latencies().count() / seconds)
                .with("errors", sum.errors())
                .with("driver_cores", (after.driver() - before.driver()) / 1e9 / seconds)
                .with(sum.latencies());
        return options.serverPid().isPresent()
                ? figure.with("server_cores", (after.server() - before.server()) / 1e9 / seconds)
                : figure;
    }

    private record Cpu(double driver, double server) {}

    private Cpu cpuNanos() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long server = options.serverPid().isPresent()
                ? ProcessHandle.of(options.serverPid().getAsLong())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .map(Duration::toNanos)
                        .orElse(0L)
                : 0;
        return new Cpu(system.getProcessCpuTime(), server);
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, String> more) {
        var properties = new Properties();
        properties.put("bootstrap.servers", options.bootstrap());
        properties.put("acks", "all");
        properties.putAll(more);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, String> more) {
        var properties = new Properties();
        properties.put("bootstrap.servers", options.bootstrap());
        properties.put("enable.auto.commit", "false");
        properties.putAll(more);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
