package io.millrace.firehose.definition;

import io.millrace.catalog.Catalog;
import io.millrace.model.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Every delivery stream there is: kept in the catalog, and held in memory for those who put and deliver, who never ask
 * the catalog. Changes are made one at a time; what a reader sees is always in the catalog already.
 *
 * <p>Safe for use by several threads; looking up takes no lock.
 */
public final class DeliveryStreams {
    private final Catalog catalog;
    private final DeliveryStreamTables tables;
    private final Map<Namespace, NavigableMap<String, DeliveryStream>> byNamespace = new ConcurrentHashMap<>();
    private final ReentrantLock turn = new ReentrantLock(true);

    private DeliveryStreams(Catalog catalog, DeliveryStreamTables tables) {
        this.catalog = catalog;
        this.tables = tables;
    }

    /** Opens what the catalog holds; afterwards all of it is in memory. */
    public static DeliveryStreams open(Catalog catalog, SdkJson json) {
        catalog.migrate(DeliveryStreamTables.MIGRATIONS);
        var streams = new DeliveryStreams(catalog, new DeliveryStreamTables(json));
        catalog.read(streams.tables::load).forEach(streams::show);
        return streams;
    }

    public Optional<DeliveryStream> find(Namespace namespace, String name) {
        return Optional.ofNullable(in(namespace).get(name));
    }

    /** @throws io.millrace.model.ResourceNotFoundException in the words of all operations but UpdateDestination */
    public DeliveryStream require(Namespace namespace, String name) {
        var stream = in(namespace).get(name);
        if (stream == null) {
            throw new DeliveryStreamAddress(namespace, name).notFound();
        }
        return stream;
    }

    /** The namespace's delivery streams, ascending by name. */
    public NavigableMap<String, DeliveryStream> in(Namespace namespace) {
        return byNamespace.getOrDefault(namespace, Collections.emptyNavigableMap());
    }

    public Stream<DeliveryStream> all() {
        return byNamespace.values().stream().flatMap(streams -> streams.values().stream());
    }

    /** A delivery stream's tags, in the order in which their keys were first given. */
    public Map<String, String> tags(DeliveryStream stream) {
        return catalog.read(connection -> tables.tags(connection, stream.id()));
    }

    /**
     * Gives up revisions by which nothing is left to deliver. The current one stays whatever is asked.
     *
     * @param version the oldest that is still needed
     */
    public void forgetRevisionsBefore(DeliveryStream stream, int version) {
        inTurn(() -> {
            var known = find(stream.address().namespace(), stream.name());
            if (known.isPresent() && known.get().id() == stream.id()) {
                var kept = known.get().withoutRevisionsBefore(version);
                if (kept.revisions().size() < known.get().revisions().size()) {
                    int oldest = kept.revisions().getFirst().version();
                    catalog.transact(connection -> {
                        tables.deleteRevisionsBefore(connection, stream.id(), oldest);
                        return oldest;
                    });
                    show(kept);
                }
            }
            return known;
        });
    }

    /** Runs checks and changes that no other change may come between. */
    public <T> T inTurn(Supplier<T> change) {
        turn.lock();
        try {
            return change.get();
        } finally {
            turn.unlock();
        }
    }

    /** What a delivery stream is to be like at its beginning. */
    public record Beginning(
            DeliveryStreamAddress address,
            Source source,
            Optional<Encryption> encryption,
            DestinationConfiguration destination,
            Map<String, String> tags,
            Instant now) {}

    /**
     * Writes a new delivery stream and shows it.
     *
     * @param prepared is run with it before anybody can see it, when it is already durable
     */
    public DeliveryStream create(Beginning beginning, Consumer<DeliveryStream> prepared) {
        assert turn.isHeldByCurrentThread();
        var stream = catalog.transact(connection -> {
            var created = new DeliveryStream(
                    tables.allocateId(connection),
                    beginning.address(),
                    beginning.source(),
                    beginning.encryption(),
                    beginning.now(),
                    beginning.now(),
                    List.of(Revision.of(1, beginning.now(), beginning.destination())));
            tables.insert(connection, created);
            tables.putTags(connection, created.id(), beginning.tags());
            return created;
        });
        try {
            prepared.accept(stream);
        } catch (RuntimeException e) {
            catalog.transact(connection -> {
                tables.delete(connection, stream.id());
                return stream.id();
            });
            throw e;
        }
        show(stream);
        return stream;
    }

    /** Writes a delivery stream's next version and shows it. */
    public DeliveryStream revise(DeliveryStream stream, DestinationConfiguration destination, Instant now) {
        assert turn.isHeldByCurrentThread();
        // A clock that was set back must not let an old version take over again.
        var before = stream.current();
        var since = now.isBefore(before.since()) ? before.since() : now;
        var revision = Revision.of(before.version() + 1, since, destination);
        var revised = stream.withRevision(revision);
        catalog.transact(connection -> {
            tables.insertRevision(connection, stream.id(), revision);
            tables.update(connection, revised);
            return revised;
        });
        show(revised);
        return revised;
    }

    /**
     * Writes a delivery stream's encryption and shows it, unless it was changed too often.
     *
     * @param tooOften is run if it was changed {@code changesMax} times within the window, and throws
     */
    public DeliveryStream encrypt(
            DeliveryStream stream,
            Encryption encryption,
            Instant now,
            Duration window,
            int changesMax,
            Runnable tooOften) {
        assert turn.isHeldByCurrentThread();
        var changed = stream.withEncryption(encryption);
        catalog.transact(connection -> {
            var since = now.minus(window);
            if (tables.encryptionChanges(connection, stream.id(), since) >= changesMax) {
                tooOften.run();
            }
            tables.countEncryptionChange(connection, stream.id(), now, since);
            tables.update(connection, changed);
            return changed;
        });
        show(changed);
        return changed;
    }

    /** Writes a delivery stream's tags as they become by this change. */
    public void changeTags(DeliveryStream stream, UnaryOperator<Map<String, String>> change) {
        assert turn.isHeldByCurrentThread();
        catalog.transact(connection -> {
            var tags = change.apply(tables.tags(connection, stream.id()));
            tables.putTags(connection, stream.id(), tags);
            return tags.size();
        });
    }

    /** Writes that a delivery stream is gone and forgets it. */
    public void delete(DeliveryStream stream) {
        assert turn.isHeldByCurrentThread();
        catalog.transact(connection -> {
            tables.delete(connection, stream.id());
            return stream.id();
        });
        in(stream.address().namespace()).remove(stream.name());
    }

    private void show(DeliveryStream stream) {
        byNamespace
                .computeIfAbsent(stream.address().namespace(), _ -> new ConcurrentSkipListMap<>())
                .put(stream.name(), stream);
    }
}
