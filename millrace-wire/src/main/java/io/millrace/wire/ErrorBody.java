package io.millrace.wire;

import io.millrace.model.AwsException;
import io.millrace.model.SerializationException;

/** The body of a reply that refuses. */
public final class ErrorBody {
    private ErrorBody() {}

    /** Writes the error's type and, where it has one, its text. */
    public static void write(Protocol protocol, AwsException error, BodyWriter body) {
        var out = Notation.of(protocol, body);
        out.beginObject();
        out.name("__type");
        out.text(error.code());
        error.text().ifPresent(text -> {
            // Of all errors only the type check's spells its text with a capital letter.
            out.name(error instanceof SerializationException ? "Message" : "message");
            out.text(text);
        });
        out.endObject();
    }
}
