package io.millrace.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/** Reads the events of one reply with the AWS SDK's decoder, which throws if a length or checksum is wrong. */
final class EventReader {
    static final String INITIAL = "event initial-response {}";
    static final String END = "the end";

    private final Supplier<byte[]> body;
    private final Queue<String> messages = new ArrayDeque<>();
    private final MessageDecoder decoder = new MessageDecoder(message -> messages.add(shown(message)));

    /** @param body the next part of the body; empty at the end */
    EventReader(Supplier<byte[]> body) {
        this.body = body;
    }

    static String event(String payload) {
        return "event SubscribeToShardEvent " + payload;
    }

    /** The next message: what it is and its payload. */
    String next() {
        while (messages.isEmpty()) {
            var part = body.get();
            if (part.length == 0) {
                return END;
            }
            decoder.feed(ByteBuffer.wrap(part));
        }
        return messages.remove();
    }

    private static String shown(Message message) {
        var headers = Stream.of(":message-type", ":event-type", ":exception-type", ":error-code", ":error-message")
                .filter(message.getHeaders()::containsKey)
                .map(name -> message.getHeaders().get(name).getString())
                .collect(Collectors.joining(" "));
        return headers + " " + new String(message.getPayload(), StandardCharsets.ISO_8859_1);
    }
}
