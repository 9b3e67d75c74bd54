package io.millrace.wire;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Writes the SDK's objects: members in the model's order, those that were never set left out. */
final class ReplyWriter {
    private final Notation out;

    ReplyWriter(Notation out) {
        this.out = out;
    }

    void write(SdkPojo object) {
        out.beginObject();
        for (var field : object.sdkFields()) {
            var value = field.getValueOrDefault(object);
            if (isGiven(value)) {
                out.name(field.locationName());
                writeValue(value);
            }
        }
        out.endObject();
    }

    /** The SDK's classes have empty collections of their own in the place of those that were never set. */
    private static boolean isGiven(@Nullable Object value) {
        return value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap);
    }

    private void writeValue(Object value) {
        switch (value) {
            case String text -> out.text(text);
            case Integer number -> out.number(number);
            case Long number -> out.number(number);
            case Double number -> out.real(number);
            case Boolean bool -> out.bool(bool);
            case Instant instant -> out.timestamp(instant);
            case SdkBytes blob -> {
                var bytes = blob.asByteArrayUnsafe();
                out.blob(bytes, 0, bytes.length);
            }
            case Collection<?> list -> {
                out.beginArray(list.size());
                list.forEach(this::writeValue);
                out.endArray();
            }
            case Map<?, ?> map -> {
                out.beginObject();
                map.forEach((key, element) -> {
                    out.name((String) key);
                    writeValue(element);
                });
                out.endObject();
            }
            case SdkPojo object -> write(object);
            default -> throw new IllegalArgumentException("no service has values of this type: " + value.getClass());
        }
    }
}
