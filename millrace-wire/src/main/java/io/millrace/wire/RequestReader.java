package io.millrace.wire;

import io.millrace.model.Constraints;
import io.millrace.model.Operation;
import io.millrace.model.SerializationException;
import io.millrace.wire.Tokens.Token;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Reads one body into the SDK's request class. A member of the wrong type is remembered, the first one only, until the
 * rest of the body has turned out to be well-formed: malformed is the graver error.
 */
final class RequestReader {
    /**
     * How many elements of a list or a map are kept. The model allows none this long, so a longer one is refused by its
     * length whatever the rest holds; keeping it would turn three bytes of a hostile body into a hundred of memory.
     */
    static final int ELEMENTS_KEPT_MAX = 10_000;

    private final Tokens tokens;
    private final Set<String> reservedNames;
    private final Map<String, @Nullable String> reserved = new HashMap<>();
    private @Nullable SerializationException typeError;

    private RequestReader(Tokens tokens, Set<String> reservedNames) {
        this.tokens = tokens;
        this.reservedNames = reservedNames;
    }

    /** Reads and checks the input of an operation. */
    static SdkPojo read(Operation<?, ?> operation, Tokens tokens) {
        var reader = new RequestReader(tokens, Constraints.reserved(operation));
        var input = reader.readBody(operation.wireInput().get());
        Constraints.check(operation, input, reader.reserved);
        return input;
    }

    /** Reads any of the SDK's objects, without checks on what it holds. */
    static SdkPojo read(SdkPojo builder, Tokens tokens) {
        return new RequestReader(tokens, Set.of()).readBody(builder);
    }

    private SdkPojo readBody(SdkPojo builder) {
        if (tokens.next() != Token.OBJECT) {
            throw new SerializationException();
        }
        var object = readMembers(builder, reservedNames);
        if (tokens.next() != Token.END) {
            throw new SerializationException();
        }
        if (typeError != null) {
            throw typeError;
        }
        return object;
    }

    private SdkPojo readMembers(SdkPojo builder, Set<String> reservedHere) {
        var fields = builder.sdkFieldNameToField();
        while (tokens.next() == Token.NAME) {
            var name = tokens.text();
            var field = fields.get(name);
            if (field != null) {
                field.set(builder, readValue(field, tokens.next()));
            } else if (reservedHere.contains(name)) {
                reserved.put(name, (String) readString(tokens.next()));
            } else {
                skip(tokens.next());
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private @Nullable Object readValue(SdkField<?> field, Token token) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> readString(token);
            case INTEGER -> {
                var value = (Long) readNumber(token, "Integer");
                yield value == null ? null : Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            }
            case LONG -> readNumber(token, "Long");
            case DOUBLE -> readReal(token);
            case BOOLEAN -> readBoolean(token);
            case INSTANT -> readInstant(token);
            case SDK_BYTES -> readBlob(token);
            case LIST -> readList(field.getTrait(ListTrait.class).memberFieldInfo(), token);
            case MAP -> readMap(field.getTrait(MapTrait.class).valueFieldInfo(), token);
            case SDK_POJO -> readStructure(field, token);
            case NULL, SHORT, BYTE, FLOAT, BIG_DECIMAL, DOCUMENT ->
                throw new IllegalArgumentException("no service has members of this type yet: " + field.memberName());
        };
    }

    private @Nullable Object readString(Token token) {
        return switch (token) {
            case STRING -> tokens.text();
            case NUMBER, TRUE, FALSE, BYTES -> mismatch(classOf(token) + " can not be converted to an String");
            case OBJECT, ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private @Nullable Object readNumber(Token token, String type) {
        return switch (token) {
            case NUMBER -> tokens.integer();
            case STRING, TRUE, FALSE, BYTES -> mismatch(classOf(token) + " can not be converted to an " + type);
            case OBJECT, ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private @Nullable Object readReal(Token token) {
        return token == Token.NUMBER ? (Object) tokens.real() : readNumber(token, "Double");
    }

    private @Nullable Object readBoolean(Token token) {
        return switch (token) {
            case TRUE -> true;
            case FALSE -> false;
            case STRING -> booleanOf(tokens.text().toUpperCase(Locale.ROOT));
            case NUMBER -> tokens.integral() ? mismatch(classOf(token) + " can not be converted to an Boolean") : true;
            case BYTES -> mismatch(classOf(token) + " can not be converted to an Boolean");
            case OBJECT, ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private @Nullable Object booleanOf(String upperCase) {
        return switch (upperCase) {
            case "TRUE", "YES", "1" -> true;
            case "FALSE", "NO", "0" -> false;
            default -> {
                var shown = upperCase.substring(0, Math.min(upperCase.length(), Base64Text.SHOWN_MAX_CHARS));
                yield mismatch("'" + shown + "' can not be converted to an Boolean");
            }
        };
    }

    private @Nullable Object readInstant(Token token) {
        return switch (token) {
            case NUMBER -> Instant.ofEpochMilli(tokens.epochMillis());
            case STRING, TRUE, FALSE, BYTES ->
                mismatch(classOf(token) + " can not be converted to milliseconds since epoch");
            case OBJECT, ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private @Nullable Object readBlob(Token token) {
        return switch (token) {
            case STRING, BYTES -> {
                try {
                    yield SdkBytes.fromByteArrayUnsafe(tokens.blob());
                } catch (SerializationException e) {
                    yield remember(e);
                }
            }
            case NUMBER, TRUE, FALSE -> mismatch(classOf(token) + " can not be converted to a Blob");
            case OBJECT, ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private @Nullable Object readList(SdkField<?> element, Token token) {
        return switch (token) {
            case ARRAY -> readElements(element);
            case STRING, NUMBER, TRUE, FALSE, BYTES -> mismatch("Expected list or null");
            case OBJECT -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private List<Object> readElements(SdkField<?> element) {
        var list = new ArrayList<@Nullable Object>();
        for (var token = tokens.next(); token != Token.END_ARRAY; token = tokens.next()) {
            var value = readValue(element, token);
            if (list.size() < ELEMENTS_KEPT_MAX) {
                list.add(value);
            }
        }
        return list;
    }

    private @Nullable Object readMap(SdkField<?> value, Token token) {
        return switch (token) {
            case OBJECT -> readEntries(value);
            case STRING, NUMBER, TRUE, FALSE, BYTES -> mismatch("Expected map or null");
            case ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private Map<String, Object> readEntries(SdkField<?> value) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (tokens.next() == Token.NAME) {
            var key = tokens.text();
            var read = readValue(value, tokens.next());
            if (map.size() < ELEMENTS_KEPT_MAX) {
                map.put(key, read);
            }
        }
        return map;
    }

    private @Nullable Object readStructure(SdkField<?> field, Token token) {
        return switch (token) {
            case OBJECT -> readMembers(field.constructor().get(), Set.of());
            case STRING, NUMBER, TRUE, FALSE, BYTES -> mismatch("Expected null");
            case ARRAY -> container(token);
            case NULL, NAME, END_OBJECT, END_ARRAY, END -> null;
        };
    }

    private void skip(Token token) {
        if (token == Token.OBJECT || token == Token.ARRAY) {
            tokens.skipChildren();
        }
    }

    private static String classOf(Token token) {
        return switch (token) {
            case STRING -> "class java.lang.String";
            case TRUE, FALSE -> "class java.lang.Boolean";
            case NUMBER -> "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";
            case BYTES -> "class java.nio.HeapByteBuffer";
            case OBJECT, END_OBJECT, ARRAY, END_ARRAY, NAME, NULL, END ->
                throw new IllegalArgumentException("not a scalar: " + token);
        };
    }

    /** An object or array where none may stand. */
    private @Nullable Object container(Token token) {
        tokens.skipChildren();
        return mismatch(
                token == Token.ARRAY
                        ? "Start of list found where not expected"
                        : "Start of structure or map found where not expected.");
    }

    private @Nullable Object mismatch(String text) {
        return remember(new SerializationException(text));
    }

    private @Nullable Object remember(SerializationException error) {
        if (typeError == null) {
            typeError = error;
        }
        return null;
    }
}
