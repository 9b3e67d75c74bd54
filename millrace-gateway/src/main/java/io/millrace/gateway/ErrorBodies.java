package io.millrace.gateway;

import io.millrace.model.AwsException;
import io.millrace.model.SerializationException;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.Protocol;
import java.nio.charset.StandardCharsets;

/** Writes {@code {"__type":..., "message":...}} in either protocol. */
final class ErrorBodies {
    private static final int CBOR_TEXT = 3 << 5;
    private static final int CBOR_MAP = 5 << 5;
    private static final int CBOR_LENGTH_IN_1_BYTE = 24;
    private static final int CBOR_LENGTH_IN_4_BYTES = 26;
    private static final int FIRST_PRINTABLE = 0x20;

    private ErrorBodies() {}

    static void write(Protocol protocol, AwsException refusal, BodyWriter body) {
        // AWS spells the member with a capital for this one type only.
        var messageMember = refusal instanceof SerializationException ? "Message" : "message";
        switch (protocol) {
            case JSON -> writeJson(refusal, messageMember, body);
            case CBOR -> writeCbor(refusal, messageMember, body);
        }
    }

    private static void writeJson(AwsException refusal, String messageMember, BodyWriter body) {
        var json = new StringBuilder("{\"__type\":\"").append(refusal.code()).append('"');
        refusal.text().ifPresent(text -> {
            json.append(",\"").append(messageMember).append("\":\"");
            text.chars().forEach(c -> appendEscaped(json, (char) c));
            json.append('"');
        });
        var bytes = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        body.write(bytes, 0, bytes.length);
    }

    private static void appendEscaped(StringBuilder json, char c) {
        switch (c) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\n' -> json.append("\\n");
            default -> {
                if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
                    json.append(String.format("\\u%04x", (int) c));
                } else {
                    json.append(c);
                }
            }
        }
    }

    private static void writeCbor(AwsException refusal, String messageMember, BodyWriter body) {
        body.write(CBOR_MAP | (refusal.text().isPresent() ? 2 : 1));
        writeCborText("__type", body);
        writeCborText(refusal.code(), body);
        refusal.text().ifPresent(text -> {
            writeCborText(messageMember, body);
            writeCborText(text, body);
        });
    }

    private static void writeCborText(String text, BodyWriter body) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < CBOR_LENGTH_IN_1_BYTE) {
            body.write(CBOR_TEXT | bytes.length);
        } else {
            body.write(CBOR_TEXT | CBOR_LENGTH_IN_4_BYTES);
            for (int shift = 24; shift >= 0; shift -= 8) {
                body.write(bytes.length >>> shift);
            }
        }
        body.write(bytes, 0, bytes.length);
    }
}
