package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** One scenario in one encoding, on a stream of its own. */
final class Run {
    /** How many different requests are made beforehand; enough to spread over shards and not to live in a cache. */
    private static final int BATCHES_MIN = 8;

    private static final int BATCHES_MAX = 40;
    private static final int SMALL_RECORDS_MIN = 4096;
    /** So that keys meet most of the shards where there are thousands. */
    private static final int KEYS_PER_SHARD = 2;

    private static final int MIXED_BATCH_RECORDS = 50;
    private static final Duration COLD_DRAIN_MAX = Duration.ofMinutes(2);
    private static final Duration NO_WARM_UP = Duration.ZERO;

    private final LoadOptions options;
    private final Encoding encoding;
    private final Calls calls;
    private final List<String> shardIds;

    private Run(LoadOptions options, Encoding encoding, Calls calls, List<String> shardIds) {
        this.options = options;
        this.encoding = encoding;
        this.calls = calls;
        this.shardIds = shardIds;
    }

    /** Creates a stream, drives it, deletes it. */
    static List<Row> of(Scenario scenario, LoadOptions options, Encoding encoding)
            throws IOException, InterruptedException {
        if (scenario == Scenario.PUT_RECORD_BATCH) {
            return List.of(putRecordBatch(options, encoding));
        }
        var name =
                "bench-" + scenario.label() + "-" + ThreadLocalRandom.current().nextInt(1 << 30);
        var control = new Calls(options.endpoint(), name, Encoding.JSON, options.signature());
        var calls = new Calls(options.endpoint(), name, encoding, options.signature());
        try (var stream = BenchStream.create(control, options.shards())) {
            var run = new Run(options, encoding, calls, stream.shardIds());
            int connections = options.connections().orElse(scenario.usualConnections());
            return switch (scenario) {
                case PUT_RECORDS -> run.putRecords(connections);
                case PUT_RECORD_BATCH -> throw new AssertionError("puts into no stream");
                case PUT_RECORD -> run.putRecord(connections);
                case GET_RECORDS -> run.getRecords(connections);
                case COLD_DRAIN -> run.coldDrain(connections);
                case MIXED -> run.mixed(connections);
            };
        }
    }

    /** What becomes of the records is for whoever made the delivery stream to see. */
    private static Row putRecordBatch(LoadOptions options, Encoding encoding) throws IOException, InterruptedException {
        var name = options.deliveryStream()
                .orElseThrow(() -> new IllegalArgumentException("put-record-batch needs --delivery-stream"));
        var calls = new Calls(options.endpoint(), name, encoding, options.signature());
        var run = new Run(options, encoding, calls, List.of());
        var corpus = run.corpus(options.batchRecords());
        return run.put(
                corpus,
                calls.putRecordBatch(corpus, options.batchRecords()),
                options.connections().orElse(Scenario.PUT_RECORD_BATCH.usualConnections()),
                run.batchLabel("PutRecordBatch", options.batchRecords()));
    }

    private List<Row> putRecords(int connections) throws IOException, InterruptedException {
        var corpus = corpus(options.batchRecords());
        var puts = calls.putRecords(corpus, options.batchRecords());
        return List.of(put(corpus, puts, connections, batchLabel("PutRecords", options.batchRecords())));
    }

    private List<Row> putRecord(int connections) throws IOException, InterruptedException {
        var corpus = new Corpus(
                encoding,
                Math.max(SMALL_RECORDS_MIN, options.keysForShards() * KEYS_PER_SHARD),
                options.smallRecordBytes());
        var puts = calls.putRecord(corpus);
        return List.of(put(corpus, puts, connections, "PutRecord " + options.smallRecordBytes() + " B"));
    }

    private Row put(Corpus corpus, List<HttpCall> puts, int connections, String label)
            throws IOException, InterruptedException {
        var window = Window.after(options.warmUp(), options.measured());
        var crew = new Crew(window, options.serverPid());
        var tallies = tallies(window);
        var progress = new Progress(connections, Long.MAX_VALUE);
        for (int thread = 0; thread < options.threads(); thread++) {
            crew.hire(calls.address(), share(connections, thread, putter(corpus, puts, progress, tallies.get(thread))));
        }
        return finish(crew, label, connections, tallies, window);
    }

    private List<Row> getRecords(int connections) throws IOException, InterruptedException {
        var corpus = corpus(options.batchRecords());
        var put = fill(corpus);
        var window = Window.after(options.warmUp(), options.measured());
        return drain(connections, corpus, put, window, Drainer.Passes.UNTIL_THE_WINDOW_IS_OVER, "GetRecords");
    }

    private List<Row> coldDrain(int connections) throws IOException, InterruptedException {
        var directory =
                options.coldDirectory().orElseThrow(() -> new IllegalArgumentException("cold-drain needs --cold-dir"));
        var corpus = corpus(options.batchRecords());
        var put = fill(corpus);
        PageCache.forget(directory);
        var window = Window.after(NO_WARM_UP, COLD_DRAIN_MAX);
        return drain(connections, corpus, put, window, Drainer.Passes.ONE, "cold GetRecords");
    }

    private List<Row> drain(
            int connections, Corpus corpus, long[] put, Window window, Drainer.Passes passes, String operation)
            throws IOException, InterruptedException {
        var crew = new Crew(window, options.serverPid());
        var tallies = tallies(window);
        int readers = Math.min(connections, shardIds.size());
        var drainers = new ArrayList<Drainer>();
        for (int thread = 0; thread < options.threads(); thread++) {
            var tally = tallies.get(thread);
            var mine = share(readers, thread, i -> new Drainer(calls, corpus, shardsOf(i, readers), passes, tally));
            drainers.addAll(mine);
            crew.hire(calls.address(), mine);
        }
        var row = finish(crew, batchLabel(operation, 1), readers, tallies, window);
        var seen = new long[corpus.count()];
        drainers.forEach(drainer -> drainer.addSeen(seen));
        compare(put, seen, row.tally());
        return List.of(row);
    }

    /** Puts until there is enough to drain; returns how often each record was acknowledged. */
    private long[] fill(Corpus corpus) throws IOException, InterruptedException {
        int connections = Scenario.PUT_RECORDS.usualConnections();
        var puts = calls.putRecords(corpus, options.batchRecords());
        long callsMax = Math.max(1, options.fillMaxBytes() / ((long) options.batchRecords() * options.recordBytes()));
        var window = Window.after(NO_WARM_UP, options.measured());
        var tally = new Tally(window);
        var progress = new Progress(connections, callsMax);
        var putters = IntStream.range(0, connections)
                .mapToObj(putter(corpus, puts, progress, tally))
                .toList();
        var crew = new Crew(window, options.serverPid());
        crew.hire(calls.address(), putters);
        crew.work(tally);
        if (tally.errors() > 0) {
            throw new IOException("could not fill the stream to drain it: " + tally.firstError());
        }
        var put = new long[corpus.count()];
        putters.forEach(putter -> putter.addAcknowledged(put));
        return put;
    }

    private List<Row> mixed(int connections) throws IOException, InterruptedException {
        int writers = Math.max(1, connections / 2);
        int readers = Math.clamp(connections - writers, 1, shardIds.size());
        int batchRecords = Math.min(MIXED_BATCH_RECORDS, options.batchRecords());
        var corpus = corpus(batchRecords);
        var puts = calls.putRecords(corpus, batchRecords);
        var window = Window.after(options.warmUp(), options.measured());
        var crew = new Crew(window, options.serverPid());
        var putTallies = tallies(window);
        var readTallies = tallies(window);
        var progress = new Progress(writers, Long.MAX_VALUE);
        var putters = new ArrayList<Putter>();
        var followers = new ArrayList<Follower>();
        for (int thread = 0; thread < options.threads(); thread++) {
            var readTally = readTallies.get(thread);
            var myPutters = share(writers, thread, putter(corpus, puts, progress, putTallies.get(thread)));
            var myFollowers = share(
                    readers,
                    thread,
                    i -> new Follower(calls, corpus, shardsOf(i, readers), progress, options.catchUpMax(), readTally));
            putters.addAll(myPutters);
            followers.addAll(myFollowers);
            var errands = new ArrayList<Errand>(myPutters);
            errands.addAll(myFollowers);
            crew.hire(calls.address(), errands);
        }
        var putRow = finish(crew, batchLabel("mixed: PutRecords", batchRecords), writers, putTallies, window);
        var readRow = row(crew, batchLabel("mixed: GetRecords", 1), readers, readTallies);
        var put = new long[corpus.count()];
        putters.forEach(putter -> putter.addAcknowledged(put));
        var seen = new long[corpus.count()];
        followers.forEach(follower -> follower.addSeen(seen));
        compare(put, seen, readRow.tally());
        return List.of(putRow, readRow);
    }

    private Row finish(Crew crew, String label, int connections, List<Tally> tallies, Window window)
            throws InterruptedException {
        var errors = new Tally(window);
        crew.work(errors);
        tallies.add(errors);
        return row(crew, label, connections, tallies);
    }

    private Row row(Crew crew, String label, int connections, List<Tally> tallies) {
        var sum = new Tally(tallies.getFirst().window());
        tallies.forEach(sum::add);
        return new Row(
                options.server(),
                label,
                encoding,
                options.shards(),
                connections,
                crew.measured(),
                sum,
                crew.driverCores(),
                crew.serverCores());
    }

    private static void compare(long[] put, long[] seen, Tally tally) {
        if (!Arrays.equals(put, seen)) {
            tally.failed("read back " + Arrays.stream(seen).sum() + " records of "
                    + Arrays.stream(put).sum() + " that were acknowledged, or others");
        }
    }

    private Corpus corpus(int batchRecords) {
        int batches =
                Math.clamp((long) options.keysForShards() * KEYS_PER_SHARD / batchRecords, BATCHES_MIN, BATCHES_MAX);
        return new Corpus(encoding, batches * batchRecords, options.recordBytes());
    }

    private IntFunction<Putter> putter(Corpus corpus, List<HttpCall> puts, Progress progress, Tally tally) {
        return i -> new Putter(puts, encoding, corpus, i, progress, tally);
    }

    private List<Tally> tallies(Window window) {
        var tallies = new ArrayList<Tally>();
        for (int thread = 0; thread < options.threads(); thread++) {
            tallies.add(new Tally(window));
        }
        return tallies;
    }

    private <E> List<E> share(int connections, int thread, IntFunction<E> errand) {
        return IntStream.range(0, connections)
                .filter(i -> i % options.threads() == thread)
                .mapToObj(errand)
                .toList();
    }

    private List<String> shardsOf(int reader, int readers) {
        return IntStream.range(0, shardIds.size())
                .filter(i -> i % readers == reader)
                .mapToObj(shardIds::get)
                .toList();
    }

    private String batchLabel(String operation, int records) {
        var size = options.recordBytes() % 1024 == 0
                ? options.recordBytes() / 1024 + " KiB"
                : options.recordBytes() + " B";
        return records == 1 ? operation + " of " + size : operation + " " + records + " x " + size;
    }
}
