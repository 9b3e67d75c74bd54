package io.millrace.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.catalog.Catalog;
import io.millrace.catalog.SqlWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Changes to consumers: made durable in the catalog, and only then shown in the view. They take turns with changes to
 * streams ({@link StreamRegister#inTurn}), for a stream and its consumers go together.
 */
final class ConsumerRegister {
    private final Catalog catalog;
    private final ConsumerDirectory directory;
    private final ConsumerTables tables;
    private final ResourceTables resourceTables;
    private final MeterRegistry meters;

    ConsumerRegister(
            Catalog catalog,
            ConsumerDirectory directory,
            ConsumerTables tables,
            ResourceTables resourceTables,
            MeterRegistry meters) {
        this.catalog = catalog;
        this.directory = directory;
        this.tables = tables;
        this.resourceTables = resourceTables;
        this.meters = meters;
    }

    /** Fills the view from the catalog, at start. */
    void load(StreamDirectory streams) {
        var addresses =
                streams.all().map(LiveStream::state).collect(Collectors.toMap(StreamState::id, StreamState::address));
        catalog.read(connection -> tables.load(connection, id -> Optional.ofNullable(addresses.get(id))))
                .forEach(this::show);
    }

    /** Writes a new consumer with its tags, and shows it. */
    ConsumerState add(SqlWork<ConsumerState> make, Map<String, String> tags) {
        var state = catalog.transact(connection -> {
            var consumer = make.run(connection);
            tables.insert(connection, consumer);
            resourceTables.putTags(connection, consumer.key(), tags);
            return consumer;
        });
        show(state);
        return state;
    }

    /** Writes a consumer's next state and shows it. */
    void change(LiveConsumer consumer, ConsumerState next) {
        catalog.transact(connection -> {
            tables.update(connection, next);
            return next;
        });
        consumer.publish(next);
    }

    /** Writes that a consumer is gone, with all that hangs on it, and forgets it. */
    void remove(LiveConsumer consumer) {
        catalog.transact(connection -> {
            resourceTables.remove(connection, consumer.state().key());
            tables.delete(connection, consumer.state().id());
            return true;
        });
        forget(consumer);
    }

    /** Forgets the consumers of a stream that is gone; the catalog has let go of them with it. */
    void forgetAll(StreamState stream) {
        List.copyOf(directory.of(stream).values()).forEach(this::forget);
    }

    private void forget(LiveConsumer consumer) {
        directory.remove(consumer.state());
        consumer.meters().remove();
    }

    private void show(ConsumerState state) {
        directory.add(new LiveConsumer(state, new ConsumerMeters(meters, state.address())));
    }
}
