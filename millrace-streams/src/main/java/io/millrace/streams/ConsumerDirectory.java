package io.millrace.streams;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Every consumer there is, by the stream it is registered with and by name: the view that follows the catalog. */
final class ConsumerDirectory {
    private final Map<Long, NavigableMap<String, LiveConsumer>> byStream = new ConcurrentHashMap<>();

    void add(LiveConsumer consumer) {
        var state = consumer.state();
        byStream.computeIfAbsent(state.streamId(), _ -> new ConcurrentSkipListMap<>())
                .put(state.address().name(), consumer);
    }

    void remove(ConsumerState consumer) {
        byStream.computeIfPresent(consumer.streamId(), (_, consumers) -> {
            consumers.remove(consumer.address().name());
            return consumers.isEmpty() ? null : consumers;
        });
    }

    /** Whether it is still there, and not gone or replaced. */
    boolean holds(LiveConsumer consumer) {
        var state = consumer.state();
        return byStream.getOrDefault(state.streamId(), Collections.emptyNavigableMap())
                .containsValue(consumer);
    }

    Stream<LiveConsumer> all() {
        return byStream.values().stream().flatMap(consumers -> consumers.values().stream());
    }

    /** A stream's consumers in whatever state, ascending by name. */
    NavigableMap<String, LiveConsumer> of(StreamState stream) {
        return byStream.getOrDefault(stream.id(), Collections.emptyNavigableMap());
    }

    /** The very consumer of this address; one that was registered under the same name at another time is another. */
    Optional<LiveConsumer> find(StreamState stream, ConsumerAddress address) {
        return Optional.ofNullable(of(stream).get(address.name()))
                .filter(consumer -> consumer.state().address().equals(address));
    }
}
