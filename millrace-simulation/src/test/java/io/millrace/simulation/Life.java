package io.millrace.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.catalog.CatalogException;
import io.millrace.log.LogUnavailableException;
import io.millrace.model.AwsException;
import io.millrace.model.ExpiredIteratorException;
import io.millrace.model.GetRecordsPage;
import io.millrace.model.InternalFailureException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ServiceUnavailableException;
import io.millrace.simulation.Facts.StreamFacts;
import io.millrace.simulation.Model.Call;
import io.millrace.simulation.Records.Read;
import io.millrace.simulation.Records.Sent;
import io.millrace.streams.sequence.SequenceNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * One life of the service: random operations, and random things that happen to the machine, all from one seed; whatever
 * is answered is compared with the model, and after each start all that there is.
 */
final class Life {
    private static final List<String> NAMES = List.of("clicks", "orders", "trades");
    private static final List<String> TAG_KEYS = List.of("stage", "team");
    private static final List<String> CONSUMERS = List.of("audit", "billing");
    private static final int[] RETENTION_HOURS = {24, 36, 48, 72, 168};
    private static final int OPEN_SHARDS_MAX = 6;
    private static final int KEYS = 12;
    private static final int READERS_MAX = 6;
    private static final int EVERYTHING = 10_000;
    private static final long ITERATOR_LIFE_MILLIS = 5 * 60 * 1_000L;

    private final SplittableRandom random;
    private final Machine machine;
    private final Model model = new Model();
    private final List<Reader> readers = new ArrayList<>();
    private final List<String> story = new ArrayList<>();

    /** Whether something is broken by order or the power is about to go. */
    private boolean broken;
    /** Whether nothing is pending: what was asked for is done. */
    private boolean settled = true;

    private int powerCuts;

    /** A consumer in the middle of a shard; {@code offset} is where it goes on. */
    private record Reader(String stream, int incarnation, int shard, String iterator, long issuedMillis, int offset) {
        Reader at(int nextOffset, String next, long millis) {
            return new Reader(stream, incarnation, shard, next, millis, nextOffset);
        }

        @Override
        public String toString() {
            return stream + "/" + shard + "@" + offset;
        }
    }

    Life(long seed, Path directory, CatalogFiles empty) {
        this.random = new SplittableRandom(seed);
        this.machine = new Machine(directory, empty, random.split());
    }

    /** What happened, a line each. */
    List<String> story() {
        return story;
    }

    int powerCuts() {
        return powerCuts;
    }

    long fingerprint() {
        return 31 * machine.disk().fingerprint() + story.hashCode();
    }

    void live(int steps) throws Exception {
        try {
            start();
            for (int step = 0; step < steps; step++) {
                machine.clock.advance(Duration.ofMillis(random.nextInt(400)));
                model.sawTime(now());
                step();
                recoverIfCut();
            }
            machine.disk().losePowerAt(machine.disk().operations());
            tell("the end");
            recover();
            verify();
            recoverIfCut();
        } finally {
            machine.disk().releaseSyncs();
            machine.powerIsBack();
        }
    }

    private long now() {
        return machine.clock.millis();
    }

    private Api api() {
        return new Api(machine.streams());
    }

    private void tell(String what) {
        story.add(machine.clock.instant() + " " + what);
    }

    private void step() throws Exception {
        int kind = random.nextInt(100);
        if (kind < 42) {
            put();
        } else if (kind < 54) {
            read();
        } else if (kind < 62) {
            beginToRead();
        } else if (kind < 76) {
            control();
        } else if (kind < 80) {
            machine.reconcile();
            tell("one step of what is pending");
            hear();
        } else if (kind < 85) {
            tell("housekeeping");
            machine.keepHouse();
        } else if (kind < 87) {
            tell("trimming");
            machine.trim();
        } else if (kind < 90) {
            jump();
        } else if (kind < 98) {
            happen();
        } else {
            verify();
        }
    }

    // What happens to the machine.

    private void jump() {
        var by = switch (random.nextInt(6)) {
            case 0 -> Duration.ofHours(random.nextInt(1, 80));
            case 1 -> Duration.ofMillis(-random.nextInt(1, 3_000));
            case 2 -> Duration.ofMinutes(-random.nextInt(1, 3_000));
            default -> Duration.ofSeconds(random.nextInt(1, 600));
        };
        machine.clock.advance(by);
        model.sawTime(now());
        tell("the clock jumps by " + by);
    }

    private void happen() throws Exception {
        var disk = machine.disk();
        switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> {
                int operations = random.nextInt(30);
                disk.losePowerAt(disk.operations() + operations);
                breakSomething("the power will go after " + operations + " operations");
            }
            case 4, 5 -> {
                int count = random.nextInt(1, 4);
                disk.failNextSyncs(count);
                breakSomething("the next " + count + " syncs fail");
            }
            case 6 -> {
                int count = random.nextInt(1, 3);
                disk.failNextWrites(count);
                breakSomething("the next " + count + " writes fail");
            }
            case 7 -> {
                long room = random.nextLong(60_000);
                disk.limitTo(disk.usedBytes() + room);
                machine.catalog().setFull(random.nextBoolean());
                breakSomething("the disk has room for " + room + " bytes");
            }
            case 8 -> {
                machine.catalog().failNextCommits(1);
                breakSomething("the catalog's next commit fails");
            }
            case 9 -> {
                tell("everything works again");
                heal();
            }
            case 10 -> {
                if (model.facts().streams().isEmpty() || !random.nextBoolean()) {
                    tell("the process is killed");
                    machine.kill();
                } else {
                    killWhileSyncing();
                }
                start();
            }
            case 11 -> {
                tell("the service stops");
                machine.stop();
                if (!disk.powerIsOut()) {
                    start();
                }
            }
            default -> {
                disk.losePowerAt(disk.operations());
                breakSomething("the power goes");
            }
        }
    }

    private void killWhileSyncing() throws InterruptedException {
        machine.disk().holdSyncs();
        var name = any(model.facts().names());
        var sent = send(name, List.of(model.send(anyKey(), 100), model.send(anyKey(), 100)));
        machine.disk().awaitHeldSync(sent.answer());
        tell("the process is killed while it syncs");
        machine.killWhileSyncing();
    }

    private void breakSomething(String what) {
        tell(what);
        broken = true;
    }

    private void heal() {
        machine.heal();
        broken = machine.disk().powerCutIsComing();
    }

    private void recoverIfCut() throws Exception {
        if (machine.disk().powerIsOut()) {
            recover();
        }
    }

    private void recover() throws Exception {
        do {
            powerCuts++;
            tell("the power is out, and comes back");
            machine.powerIsBack();
            start();
        } while (machine.disk().powerIsOut());
    }

    /** Starts until it is up, and compares all there is with the model. */
    private void start() throws Exception {
        while (true) {
            if (random.nextInt(3) == 0) {
                int operations = random.nextInt(25);
                machine.disk().losePowerAt(machine.disk().operations() + operations);
                tell("the power will go again after " + operations + " operations");
            }
            if (startOnce()) {
                break;
            }
        }
        broken = true;
        tell("the service is up");
        settled = false;
        adoptWhatWasCutShort();
        verify();
    }

    private boolean startOnce() throws IOException {
        try {
            machine.start();
            return true;
        } catch (IOException | CatalogException e) {
            if (machine.disk().powerIsOut()) {
                tell("it goes before the service is up, and comes back");
                powerCuts++;
                machine.powerIsBack();
            } else if (broken) {
                tell("the service can't start: " + e.getMessage());
                machine.kill();
                if (random.nextBoolean()) {
                    machine.healDisk();
                }
            } else {
                throw e;
            }
            return false;
        }
    }

    // Comparing.

    /** Puts everything right and compares all there is, unless the power goes meanwhile. */
    private void verify() throws Exception {
        heal();
        machine.settle();
        model.sawTime(now());
        hear();
        if (machine.disk().powerIsOut()) {
            return;
        }
        settled = true;
        model.compare(api(), now());
        tell("all is compared");
        for (var name : model.facts().names()) {
            var stream = model.facts().stream(name);
            for (int shard : shardsNow(name)) {
                readAll(name, stream, shard);
            }
        }
        if (!model.facts().streams().isEmpty()) {
            var name = any(model.facts().names());
            send(name, List.of(model.send(anyKey(), 10)));
            hear();
        }
    }

    private void adoptWhatWasCutShort() {
        var found = new HashSet<Long>();
        for (var name : model.facts().names()) {
            var stream = model.facts().stream(name);
            for (int shard : shardsNow(name)) {
                adoptWhatWasCutShort(name, stream.incarnation(), shard, found);
            }
        }
        model.closeCalls(found);
    }

    private Set<Integer> shardsNow(String name) {
        try {
            return api().shards(name).keySet();
        } catch (ResourceNotFoundException | ResourceInUseException _) {
            // It is yet to be made or about to go.
            return Set.of();
        }
    }

    private void adoptWhatWasCutShort(String name, int incarnation, int shard, Set<Long> found) {
        var known = model.shard(incarnation, shard);
        Optional<String> iterator;
        try {
            iterator = Optional.of(
                    known.count() == 0
                            ? api().iterator(name, shard, ShardIteratorType.TRIM_HORIZON)
                            : api().iterator(
                                            name,
                                            shard,
                                            ShardIteratorType.AFTER_SEQUENCE_NUMBER,
                                            known.record(known.count() - 1).sequenceNumber()));
        } catch (ResourceNotFoundException _) {
            // It is yet to be opened, or it is expired, or its stream is about to go.
            return;
        }
        while (iterator.isPresent()) {
            var page = api().read(iterator.get(), EVERYTHING);
            page.records().forEach(record -> model.adopt(incarnation, shard, Read.of(record), found));
            iterator = Optional.ofNullable(page.nextShardIterator())
                    .filter(_ -> !page.records().isEmpty());
        }
    }

    private void readAll(String name, StreamFacts stream, int shard) {
        var reader = new Reader(
                name,
                stream.incarnation(),
                shard,
                api().iterator(name, shard, ShardIteratorType.TRIM_HORIZON),
                now(),
                0);
        readOn(reader, EVERYTHING);
    }

    /** Reads to the tail or the shard's end. */
    private void readOn(Reader from, int limit) {
        var reader = Optional.of(from);
        boolean more = true;
        while (more) {
            int before = reader.orElseThrow().offset();
            reader = readSome(reader.orElseThrow(), limit);
            more = reader.isPresent() && reader.get().offset() > before;
        }
    }

    /** Reads once and compares; where to read on, unless that was the shard's end. */
    private Optional<Reader> readSome(Reader reader, int limit) {
        var page = api().read(reader.iterator(), limit);
        var known = model.shard(reader.incarnation(), reader.shard());
        int surelyVisible = Math.max(reader.offset(), known.firstNotBefore(model.horizonMillis(reader.incarnation())));
        int next = reader.offset();
        if (page.records().isEmpty()) {
            assertThat(surelyVisible)
                    .as("%s: nothing was read, and nothing is to be read from offset", reader)
                    .isEqualTo(known.count());
        } else {
            next = compare(reader, page, surelyVisible);
            assertThat(page.records().size()).isLessThanOrEqualTo(limit);
        }
        boolean atEnd = next == known.count() || page.records().isEmpty();
        boolean closed = model.facts().stream(reader.stream()).isClosed(reader.shard());
        if (page.nextShardIterator() == null) {
            assertThat(atEnd && (closed || !settled))
                    .as("%s: the shard has come to its end", reader)
                    .isTrue();
            assertThat(page.childShards()).isNotEmpty();
            return Optional.empty();
        }
        assertThat(settled && closed && atEnd)
                .as("%s: there is more to come", reader)
                .isFalse();
        if (atEnd) {
            assertThat(page.millisBehindLatest()).isZero();
        }
        return Optional.of(reader.at(next, page.nextShardIterator(), now()));
    }

    private int compare(Reader reader, GetRecordsPage page, int surelyVisible) {
        var known = model.shard(reader.incarnation(), reader.shard());
        var records = page.records().stream().map(Read::of).toList();
        int first = offsetOf(records.getFirst());
        assertThat(first)
                .as("%s: the first record read, %s", reader, records.getFirst())
                .isBetween(reader.offset(), surelyVisible);
        long horizon = now() - model.facts().stream(reader.stream()).retentionHours() * 3_600_000L;
        assertThat(records.getFirst().arrivalMillis())
                .as("%s: %s has not expired", reader, records.getFirst())
                .isGreaterThanOrEqualTo(horizon);
        for (int index = 0; index < records.size(); index++) {
            known.assertHolds(first + index, records.get(index));
        }
        return first + records.size();
    }

    private static int offsetOf(Read read) {
        return Math.toIntExact(
                SequenceNumber.parse(read.sequenceNumber()).orElseThrow().offsetAt());
    }

    // Data operations.

    private void put() throws Exception {
        if (model.facts().streams().isEmpty()) {
            control();
            return;
        }
        int callCount = random.nextInt(1, 5);
        boolean whileSyncing = settled && callCount > 1 && random.nextInt(3) == 0;
        if (whileSyncing) {
            machine.disk().holdSyncs();
        }
        for (int call = 0; call < callCount; call++) {
            var name = any(model.facts().names());
            var records = new ArrayList<Sent>();
            int bytes = random.nextInt(10) == 0 ? 15_000 : 150;
            for (int count = random.nextInt(1, 8); count > 0; count--) {
                records.add(model.send(anyKey(), random.nextInt(bytes)));
            }
            var sent = send(name, records);
            if (!whileSyncing) {
                // How many share a sync must not be left to chance.
                machine.awaitStored();
            } else if (call == 0) {
                machine.disk().awaitHeldSync(sent.answer());
                readWhileSyncing();
            }
        }
        machine.disk().releaseSyncs();
        hear();
    }

    private Call send(String name, List<Sent> records) {
        var stream = model.facts().stream(name);
        var call = new Call(name, stream.incarnation(), records, now(), api().put(name, records));
        tell("put #" + records.getFirst().number() + " to #" + records.getLast().number() + " to " + name);
        model.sending(call);
        return call;
    }

    /** Nobody sees what is not durable yet. */
    private void readWhileSyncing() {
        var name = any(model.facts().names());
        var stream = model.facts().stream(name);
        int shard = any(stream.open());
        readOn(
                new Reader(
                        name,
                        stream.incarnation(),
                        shard,
                        api().iterator(name, shard, ShardIteratorType.TRIM_HORIZON),
                        now(),
                        0),
                random.nextInt(1, 50));
        int count = model.shard(stream.incarnation(), shard).count();
        keep(new Reader(
                name,
                stream.incarnation(),
                shard,
                api().iterator(name, shard, ShardIteratorType.LATEST),
                now(),
                count));
    }

    /** Takes note of what was answered; what was acknowledged can be read at once. */
    private void hear() {
        machine.awaitStored();
        var grown = model.hear(broken || !settled, machine.disk().powerIsOut());
        grown.forEach((shard, offset) -> {
            model.facts().streams().forEach((name, stream) -> {
                if (stream.incarnation() == shard.incarnation()) {
                    var number = model.shard(shard.incarnation(), shard.shard())
                            .record(offset)
                            .sequenceNumber();
                    var iterator = api().iterator(name, shard.shard(), ShardIteratorType.AT_SEQUENCE_NUMBER, number);
                    readOn(new Reader(name, shard.incarnation(), shard.shard(), iterator, now(), offset), EVERYTHING);
                }
            });
        });
    }

    private void beginToRead() {
        if (model.facts().streams().isEmpty() || model.isSending()) {
            return;
        }
        var name = any(model.facts().names());
        var stream = model.facts().stream(name);
        int shard = any(List.copyOf(stream.shards().keySet()));
        try {
            keep(newReader(name, stream, shard));
        } catch (ResourceNotFoundException e) {
            if (settled && !model.mayBeForgotten(stream.incarnation(), shard)) {
                throw e;
            }
        }
    }

    private Reader newReader(String name, StreamFacts stream, int shard) {
        var known = model.shard(stream.incarnation(), shard);
        int count = known.countOfKnownArrivals();
        int offset;
        String iterator;
        switch (random.nextInt(count == 0 ? 2 : 5)) {
            case 0 -> {
                iterator = api().iterator(name, shard, ShardIteratorType.TRIM_HORIZON);
                offset = 0;
            }
            case 1 -> {
                iterator = api().iterator(name, shard, ShardIteratorType.LATEST);
                offset = known.count();
            }
            case 2 -> {
                offset = random.nextInt(count);
                iterator = api().iterator(
                                name,
                                shard,
                                ShardIteratorType.AT_SEQUENCE_NUMBER,
                                known.record(offset).sequenceNumber());
            }
            case 3 -> {
                offset = random.nextInt(count) + 1;
                iterator = api().iterator(
                                name,
                                shard,
                                ShardIteratorType.AFTER_SEQUENCE_NUMBER,
                                known.record(offset - 1).sequenceNumber());
            }
            default -> {
                long from = Math.min(now(), known.arrivalMillis(random.nextInt(count)) + random.nextInt(-1, 2));
                iterator = api().iterator(name, shard, Instant.ofEpochMilli(from));
                offset = known.firstAtOrAfter(from);
            }
        }
        return new Reader(name, stream.incarnation(), shard, iterator, now(), offset);
    }

    private void keep(Reader reader) {
        tell("a reader begins at " + reader);
        if (readers.size() == READERS_MAX) {
            readers.remove(random.nextInt(READERS_MAX));
        }
        readers.add(reader);
    }

    private void read() {
        if (readers.isEmpty()) {
            beginToRead();
            return;
        }
        var reader = readers.remove(random.nextInt(readers.size()));
        tell("read on at " + reader);
        boolean expired = now() - reader.issuedMillis() > ITERATOR_LIFE_MILLIS;
        boolean there = model.facts()
                .find(reader.stream())
                .filter(stream -> stream.incarnation() == reader.incarnation())
                .filter(stream -> stream.shards().containsKey(reader.shard()))
                .isPresent();
        try {
            if (!there) {
                api().read(reader.iterator(), 1);
                assertThat(settled).as("%s is of a stream that is gone", reader).isFalse();
                return;
            }
            readSome(reader, random.nextInt(1, 30)).ifPresent(readers::add);
            assertThat(expired).as("%s has expired", reader).isFalse();
        } catch (ExpiredIteratorException e) {
            if (!expired) {
                throw e;
            }
        } catch (ResourceNotFoundException e) {
            if (there && settled && !model.mayBeForgotten(reader.incarnation(), reader.shard())) {
                throw e;
            }
        }
    }

    // Control operations.

    private void control() throws Exception {
        var name = any(NAMES);
        var known = model.facts().find(name);
        if (known.isEmpty()) {
            int shards = random.nextInt(1, 4);
            var fresh = StreamFacts.fresh(model.nextIncarnation(), shards);
            control(
                    "create " + name + " with " + shards + " shards",
                    model.facts().with(name, fresh),
                    () -> api().create(name, shards));
            return;
        }
        if (random.nextInt(4) != 0 && !broken) {
            machine.settle();
            model.sawTime(now());
            hear();
            if (machine.disk().powerIsOut()) {
                return;
            }
            settled = true;
            model.compare(api(), now());
        }
        var stream = model.facts().stream(name);
        switch (random.nextInt(16)) {
            case 0 -> control("delete " + name, model.facts().without(name), () -> api().delete(name));
            case 1, 2, 3 -> split(name, stream);
            case 4, 5 -> merge(name, stream);
            case 6, 7 -> scale(name, stream);
            case 8, 9 -> {
                int hours = RETENTION_HOURS[random.nextInt(RETENTION_HOURS.length)];
                control(
                        "keep records of " + name + " for " + hours + " hours",
                        model.facts().with(name, stream.withRetention(hours)),
                        () -> api().retain(name, stream.retentionHours(), hours));
            }
            case 10 -> {
                var key = any(TAG_KEYS);
                var value = "v" + random.nextInt(100);
                control(
                        "tag " + name + " " + key + "=" + value,
                        model.facts().with(name, stream.withTag(key, value)),
                        () -> api().tag(name, key, value));
            }
            case 11 -> {
                var key = any(TAG_KEYS);
                control(
                        "untag " + name + " " + key,
                        model.facts().with(name, stream.withoutTag(key)),
                        () -> api().untag(name, key));
            }
            case 12, 13 -> consumer(name, stream);
            default -> tell("no operation");
        }
    }

    private void split(String name, StreamFacts stream) throws Exception {
        int parent = any(stream.open());
        if (stream.open().size() >= OPEN_SHARDS_MAX
                || !stream.shards().get(parent).splittable()
                || stream.openShardsWanted().isPresent()) {
            return;
        }
        var middle = stream.shards().get(parent).middle();
        control(
                "split " + name + "/" + parent,
                model.facts().with(name, stream.split(parent)),
                () -> api().split(name, parent, middle));
    }

    private void merge(String name, StreamFacts stream) throws Exception {
        var open = stream.open();
        if (open.size() < 2 || stream.openShardsWanted().isPresent()) {
            return;
        }
        int at = random.nextInt(open.size() - 1);
        int first = open.get(at);
        int second = open.get(at + 1);
        control(
                "merge " + name + "/" + first + " and " + second,
                model.facts().with(name, stream.merge(first, second)),
                () -> api().merge(name, first, second));
    }

    private void scale(String name, StreamFacts stream) throws Exception {
        int target = random.nextInt(1, OPEN_SHARDS_MAX + 1);
        if (stream.openShardsWanted().isPresent()) {
            return;
        }
        control(
                "scale " + name + " to " + target,
                model.facts().with(name, stream.scaleTo(target)),
                () -> api().scale(name, target));
    }

    private void consumer(String name, StreamFacts stream) throws Exception {
        var consumer = any(CONSUMERS);
        if (stream.consumers().contains(consumer)) {
            control(
                    "deregister " + consumer + " of " + name,
                    model.facts().with(name, stream.withoutConsumer(consumer)),
                    () -> api().deregister(name, consumer));
        } else {
            control(
                    "register " + consumer + " of " + name,
                    model.facts().with(name, stream.withConsumer(consumer)),
                    () -> api().register(name, consumer));
        }
    }

    private void control(String what, Facts wanted, Runnable operation) throws Exception {
        try {
            operation.run();
            model.done(wanted, now());
            tell(what);
            settled = false;
        } catch (ServiceUnavailableException
                | InternalFailureException
                | CatalogException
                | LogUnavailableException e) {
            if (!broken) {
                throw e;
            }
            tell(what + ": failed, " + e.getMessage());
            model.doneOrNot(wanted, now());
            settled = false;
            if (machine.disk().powerIsOut()) {
                return;
            }
            if (random.nextInt(3) == 0) {
                tell("the process is killed");
                machine.kill();
                start();
            } else {
                verify();
            }
        } catch (AwsException refusal) {
            boolean pending = refusal instanceof ResourceInUseException || refusal instanceof ResourceNotFoundException;
            if (settled || !pending) {
                throw refusal;
            }
            tell(what + ": not now");
        }
    }

    private String anyKey() {
        return "key-" + random.nextInt(KEYS);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
