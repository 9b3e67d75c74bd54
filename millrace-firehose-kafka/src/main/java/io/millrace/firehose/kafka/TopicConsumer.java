package io.millrace.firehose.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a delivery stream's topic. Kafka's client belongs to one thread, and that thread blocks in ways that
 * virtual ones can't, so it has a real one of its own; shards ask it and wait. A partition is paused unless its shard waits for
 * records, so that what is fetched is what is wanted, however many partitions wait for their destination.
 *
 * <p>Opened with the first question, and again after a failure. Safe for use by several threads, one a partition.
 */
final class TopicConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicConsumer.class);
    private static final Duration POLL_MAX = Duration.ofSeconds(1);
    private static final Duration CLOSE_WAIT_MAX = Duration.ofSeconds(5);

    private final Supplier<KafkaConsumer<byte[], byte[]>> opener;
    private final BlockingDeque<Task> tasks = new LinkedBlockingDeque<>();
    /** Positions to be shown to Kafka's tools. */
    private final Map<TopicPartition, Long> delivered = new ConcurrentHashMap<>();

    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> polling;
    private volatile boolean closed;

    // The thread's own.
    private final Map<TopicPartition, Wanted> wanted = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<TopicPartition> assigned = new HashSet<>();

    /** Something that the thread does with the consumer, and who is told if it can't. */
    private record Task(Consumer<KafkaConsumer<byte[], byte[]>> work, Consumer<RuntimeException> failed) {}

    /** What a shard waits for. */
    record Wanted(TopicPartition partition, long from, CompletableFuture<Fetched> answer) {
        Wanted(TopicPartition partition, long from) {
            this(partition, from, new CompletableFuture<>());
        }

        /** Lets whoever waits go without an answer. */
        void letGo() {
            answer.complete(new Fetched(List.of(), from, OptionalLong.empty()));
        }
    }

    /**
     * Records of a partition.
     *
     * @param nextOffset where to read on: transaction markers and aborted records take offsets that no record shows
     * @param lag how many come after them
     */
    record Fetched(List<ConsumerRecord<byte[], byte[]>> records, long nextOffset, OptionalLong lag) {}

    TopicConsumer(String name, Supplier<KafkaConsumer<byte[], byte[]>> opener) {
        this.opener = opener;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        thread.start();
    }

    /** Asks the consumer something. */
    <T> T ask(Function<KafkaConsumer<byte[], byte[]>, T> question) throws InterruptedException {
        var answer = new CompletableFuture<T>();
        submit(new Task(consumer -> answer.complete(question.apply(consumer)), answer::completeExceptionally));
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /** Waits for records of a partition, for their offsets to go on, or for the end of the patience. */
    Fetched fetch(Wanted want, Duration patience) throws InterruptedException {
        submit(new Task(consumer -> want(consumer, want), want.answer()::completeExceptionally));
        try {
            return want.answer().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            want.letGo();
            return answered(want);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /** What the thread may have said in the last moment. */
    private static Fetched answered(Wanted want) throws InterruptedException {
        try {
            return want.answer().get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static KafkaException failure(ExecutionException e) {
        return e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    }

    /** Nothing hangs on it, so nobody waits for it. */
    void delivered(TopicPartition partition, long beforeOffset) {
        delivered.put(partition, beforeOffset);
    }

    private void submit(Task task) {
        tasks.add(task);
        if (closed) {
            tasks.remove(task);
            task.failed().accept(new KafkaException("the consumer is closed"));
            return;
        }
        var busy = polling;
        if (busy != null) {
            busy.wakeup();
        }
    }

    private void run() {
        try {
            while (!closed) {
                tasks.addFirst(tasks.takeFirst());
                if (!closed) {
                    serve();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} stops", thread.getName(), e);
        }
        failAll(new KafkaException("the consumer is closed"));
    }

    private void serve() throws InterruptedException {
        try {
            serve(opener.get());
        } catch (RuntimeException e) { // the top of this thread: whoever waits is told, and asks again
            LOG.debug("{} begins again when it is asked", thread.getName(), e);
            failAll(e);
        }
    }

    private void failAll(RuntimeException reason) {
        wanted.values().forEach(want -> want.answer().completeExceptionally(reason));
        wanted.clear();
        positions.clear();
        assigned.clear();
        var unasked = new ArrayList<Task>();
        tasks.drainTo(unasked);
        unasked.forEach(task -> task.failed().accept(reason));
    }

    private void serve(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        try {
            while (!closed) {
                answerTasks(consumer);
                wanted.values().removeIf(want -> isLetGo(consumer, want));
                tellDelivered(consumer);
                if (!wanted.isEmpty()) {
                    poll(consumer);
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_WAIT_MAX));
        }
    }

    private void answerTasks(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        var task = wanted.isEmpty() ? tasks.poll(POLL_MAX.toMillis(), TimeUnit.MILLISECONDS) : tasks.poll();
        while (task != null) {
            answer(task, consumer);
            task = tasks.poll();
        }
    }

    private static void answer(Task task, KafkaConsumer<byte[], byte[]> consumer) {
        while (true) {
            try {
                task.work().accept(consumer);
                return;
            } catch (WakeupException _) {
                // Meant for a poll that had ended by itself.
            } catch (RuntimeException e) {
                task.failed().accept(e);
                return;
            }
        }
    }

    private void want(KafkaConsumer<byte[], byte[]> consumer, Wanted want) {
        var partition = want.partition();
        if (assigned.add(partition)) {
            consumer.assign(assigned);
        }
        var position = positions.get(partition);
        if (position == null || position != want.from()) {
            consumer.seek(partition, want.from());
            positions.put(partition, want.from());
        }
        consumer.resume(Set.of(partition));
        wanted.put(partition, want);
    }

    private static boolean isLetGo(KafkaConsumer<byte[], byte[]> consumer, Wanted want) {
        if (want.answer().isDone()) {
            consumer.pause(Set.of(want.partition()));
            return true;
        }
        return false;
    }

    private void tellDelivered(KafkaConsumer<byte[], byte[]> consumer) {
        if (delivered.isEmpty()) {
            return;
        }
        var positionsToTell = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : List.copyOf(delivered.keySet())) {
            var offset = delivered.remove(partition);
            if (offset != null) {
                positionsToTell.put(partition, new OffsetAndMetadata(offset));
            }
        }
        consumer.commitAsync(positionsToTell, (_, problem) -> {
            if (problem != null) {
                LOG.debug("The positions {} were not noted by Kafka", positionsToTell, problem);
            }
        });
        if (wanted.isEmpty()) {
            // It is sent by a poll; all partitions are paused.
            poll(consumer, Duration.ZERO);
        }
    }

    private void poll(KafkaConsumer<byte[], byte[]> consumer) {
        polling = consumer;
        // Whoever came before this was set has woken nobody.
        var time = tasks.isEmpty() ? POLL_MAX : Duration.ZERO;
        var records = poll(consumer, time);
        for (var want : List.copyOf(wanted.values())) {
            answer(consumer, want, records.records(want.partition()));
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer, Duration time) {
        try {
            return consumer.poll(time);
        } catch (WakeupException _) {
            return ConsumerRecords.empty();
        } catch (OffsetOutOfRangeException e) {
            for (var partition : e.partitions()) {
                positions.remove(partition);
                var want = wanted.remove(partition);
                consumer.pause(Set.of(partition));
                if (want != null) {
                    want.answer().completeExceptionally(e);
                }
            }
            return ConsumerRecords.empty();
        } finally {
            polling = null;
        }
    }

    private void answer(
            KafkaConsumer<byte[], byte[]> consumer, Wanted want, List<ConsumerRecord<byte[], byte[]>> records) {
        long read = records.isEmpty() ? want.from() : records.getLast().offset() + 1;
        long next = Math.max(read, position(consumer, want));
        if (records.isEmpty() && next <= want.from()) {
            return;
        }
        var partition = want.partition();
        wanted.remove(partition);
        consumer.pause(Set.of(partition));
        positions.put(partition, next);
        if (!want.answer().complete(new Fetched(records, next, consumer.currentLag(partition)))) {
            // Nobody waits any more; they are fetched again.
            positions.remove(partition);
        }
    }

    private static long position(KafkaConsumer<byte[], byte[]> consumer, Wanted want) {
        try {
            return consumer.position(want.partition(), Duration.ZERO);
        } catch (WakeupException | org.apache.kafka.common.errors.TimeoutException _) {
            return want.from();
        }
    }

    @Override
    public void close() {
        closed = true;
        // Ends a wait for a task, or for records.
        tasks.add(new Task(_ -> {}, _ -> {}));
        var busy = polling;
        if (busy != null) {
            busy.wakeup();
        }
        try {
            if (!thread.join(CLOSE_WAIT_MAX)) {
                LOG.debug("{} is closed when it has an answer", thread.getName());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
