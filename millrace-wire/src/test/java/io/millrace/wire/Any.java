package io.millrace.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** Values made up from seeds. */
final class Any {
    private static final String CHARACTERS =
            "abcXYZ019 _.-/+=\"\\\b\f\n\r\t\u0000\u001f\u007fäßé\u2028\u20ac\ud7ff\ue000\uffff";

    private Any() {}

    /** The SDK's object with each member set or not. */
    static SdkPojo object(SdkPojo builder, RandomGenerator random) {
        for (var field : builder.sdkFields()) {
            if (random.nextInt(4) > 0) {
                field.set(builder, value(field, random));
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    private static Object value(SdkField<?> field, RandomGenerator random) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> text(random);
            case INTEGER -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case BOOLEAN -> random.nextBoolean();
            case INSTANT -> Instant.ofEpochMilli(random.nextLong(-10_000_000_000_000L, 10_000_000_000_000L));
            case SDK_BYTES -> SdkBytes.fromByteArray(bytes(random.nextInt(40), random));
            case LIST -> {
                var list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(field.getTrait(ListTrait.class).memberFieldInfo(), random));
                }
                yield list;
            }
            case MAP -> {
                var map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(text(random), value(field.getTrait(MapTrait.class).valueFieldInfo(), random));
                }
                yield map;
            }
            case SDK_POJO -> object(field.constructor().get(), random);
            case NULL, SHORT, BYTE, FLOAT, DOUBLE, BIG_DECIMAL, DOCUMENT ->
                throw new AssertionError(field.memberName());
        };
    }

    static String text(RandomGenerator random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextInt(10) == 0) {
                text.append("\uD83D\uDE00");
            } else {
                text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
            }
        }
        return text.toString();
    }

    static byte[] bytes(int count, RandomGenerator random) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
