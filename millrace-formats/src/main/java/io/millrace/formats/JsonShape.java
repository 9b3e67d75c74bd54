package io.millrace.formats;

import java.util.List;

/** A type made ready for reading: what is inside of it, and for a struct which key means which member. */
record JsonShape(HiveType type, List<JsonShape> inner, JsonNames names) {
    static JsonShape of(HiveType type, KeyRule rule) {
        return switch (type) {
            case HiveType.ListOf list -> new JsonShape(type, List.of(of(list.element(), rule)), JsonNames.NONE);
            case HiveType.MapOf map ->
                new JsonShape(type, List.of(of(map.key(), rule), of(map.value(), rule)), JsonNames.NONE);
            case HiveType.Struct struct ->
                new JsonShape(
                        type,
                        struct.members().stream()
                                .map(member -> of(member.type(), rule))
                                .toList(),
                        new JsonNames(struct.members(), rule));
            default -> new JsonShape(type, List.of(), JsonNames.NONE);
        };
    }

    JsonShape element() {
        return inner.getFirst();
    }

    JsonShape key() {
        return inner.getFirst();
    }

    JsonShape value() {
        return inner.getLast();
    }
}
