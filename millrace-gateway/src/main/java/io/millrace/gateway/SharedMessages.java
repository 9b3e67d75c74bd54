package io.millrace.gateway;

import io.millrace.wire.BodyWriter;
import io.millrace.wire.Protocol;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message an event is sent as. It is made once for each protocol, however many subscribers are given that very
 * event, as long as any of them is still being sent it. Keeps neither events nor messages alive: whoever is sent a message
 * holds it, and one that nobody holds any more goes with the next collection of garbage. Thread-safe.
 */
final class SharedMessages {
    private final MemoryBudget budget;
    private final Map<Identity, Messages> byEvent = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> dead = new ReferenceQueue<>();

    SharedMessages(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Equal to others of the same object; of one that is gone only to itself. */
    private static final class Identity extends WeakReference<Object> {
        private final int hash;

        Identity(Object event, @Nullable ReferenceQueue<Object> dead) {
            super(event, dead);
            hash = System.identityHashCode(event);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            var event = get();
            return event != null && other instanceof Identity identity && identity.refersTo(event);
        }
    }

    /** The messages of one event. Whoever comes second waits while the first makes one, and needs no other. */
    private static final class Messages {
        private final Map<Protocol, WeakReference<SharedMessage>> byProtocol = new EnumMap<>(Protocol.class);

        synchronized SharedMessage of(Protocol protocol, Consumer<BodyWriter> writing, MemoryBudget budget) {
            var known = byProtocol.get(protocol);
            var present = known == null ? null : known.get();
            if (present != null) {
                return present;
            }
            var body = new BodyWriter();
            writing.accept(body);
            var made = new SharedMessage(body, budget);
            byProtocol.put(protocol, new WeakReference<>(made));
            return made;
        }
    }

    /** @param writing makes the message if nobody has yet */
    SharedMessage of(Object event, Protocol protocol, Consumer<BodyWriter> writing) {
        var messages = byEvent.get(new Identity(event, null));
        if (messages == null) {
            forgetDead();
            messages = byEvent.computeIfAbsent(new Identity(event, dead), _ -> new Messages());
        }
        return messages.of(protocol, writing, budget);
    }

    /** Forgets the messages of events that are gone. */
    void forgetDead() {
        for (var gone = dead.poll(); gone != null; gone = dead.poll()) {
            byEvent.remove(gone);
        }
    }

    int size() {
        return byEvent.size();
    }
}
