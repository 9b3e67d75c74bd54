package io.millrace.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/**
 * Holds requests against the constraints of the published API model and words what it finds as AWS does. What the
 * constraints are is data: one {@code .constraints} file per service.
 */
public final class Constraints {
    private static final String NULL = "null ";

    private Constraints() {}

    /**
     * Checks every member of a request, nested ones included.
     *
     * @param input the SDK's request object, built
     * @param reserved what the request gave for the members that {@link #reserved} names
     * @throws ValidationException naming up to ten violations
     */
    public static void check(Operation<?, ?> operation, SdkPojo input, Map<String, @Nullable String> reserved) {
        var violations = new Violations();
        checkMembers(input(operation), input, reserved, "", violations);
        violations.refuseIfAny();
    }

    /** Checks a request that has no reserved members. */
    public static void check(Operation<?, ?> operation, SdkPojo input) {
        check(operation, input, Map.of());
    }

    /** The names of the members, strings all, that are published for later and have no place in the SDK's class. */
    public static Set<String> reserved(Operation<?, ?> operation) {
        return input(operation).reserved();
    }

    static Shape.Structure input(Operation<?, ?> operation) {
        return ConstraintFile.of(operation.service()).input(operation.name());
    }

    private static void checkMembers(
            Shape.Structure structure,
            SdkPojo object,
            Map<String, @Nullable String> reserved,
            String prefix,
            Violations violations) {
        for (var member : structure.members()) {
            if (violations.full()) {
                return;
            }
            var path = prefix + member.pathName();
            var value = member.reserved() ? reserved.get(member.name()) : valueOf(object, member.name());
            if (value != null) {
                checkValue(member.shape(), value, path, violations);
            } else if (member.requiredIn(other -> valueOf(object, other) != null)) {
                mustNotBeNull(path, violations);
            }
        }
    }

    private static void checkValue(Shape shape, @Nullable Object value, String path, Violations violations) {
        if (value == null) {
            mustNotBeNull(path, violations);
            return;
        }
        for (var check : shape.checks()) {
            if (!check.holdsFor(value)) {
                violations.add(shown(shape, value), path, check.text());
            }
        }
        switch (shape) {
            case Shape.Scalar _ -> {}
            case Shape.Structure structure ->
                checkMembers(structure, (SdkPojo) value, Map.of(), path + ".", violations);
            case Shape.Sequence sequence -> checkElements(sequence, (List<?>) value, path, violations);
            case Shape.Mapping mapping -> checkEntries(mapping, (Map<?, ?>) value, path, violations);
        }
    }

    /** Scalars that fail are reported as one violation of the whole list, structures member by member. */
    private static void checkElements(Shape.Sequence shape, List<?> list, String path, Violations violations) {
        if (!(shape.element() instanceof Shape.Structure)
                && !allHold(shape.element().checks(), list)) {
            violations.add(shown(shape, list), path, "Member must satisfy constraint: " + all(shape.element()));
        }
        for (int i = 0; i < list.size() && !violations.full(); i++) {
            if (list.get(i) == null || shape.element() instanceof Shape.Structure) {
                checkValue(shape.element(), list.get(i), path + "." + (i + 1) + ".member", violations);
            }
        }
    }

    private static void checkEntries(Shape.Mapping shape, Map<?, ?> map, String path, Violations violations) {
        if (!allHold(shape.key().checks(), map.keySet())) {
            violations.add(shown(shape, map), path, "Map keys must satisfy constraint: " + all(shape.key()));
        }
        if (!allHold(shape.value().checks(), map.values())) {
            violations.add(shown(shape, map), path, "Map value must satisfy constraint: " + all(shape.value()));
        }
        for (var entry : map.entrySet()) {
            if (violations.full()) {
                return;
            }
            if (entry.getValue() == null) {
                mustNotBeNull(path + "." + entry.getKey() + ".member", violations);
            }
        }
    }

    private static boolean allHold(List<Check> checks, Iterable<?> values) {
        for (var value : values) {
            for (var check : checks) {
                if (value != null && !check.holdsFor(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The service lists the constraints on elements in reverse: the maximum before the minimum. */
    private static String all(Shape element) {
        return element.checks().reversed().stream().map(Check::text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static void mustNotBeNull(String path, Violations violations) {
        violations.add(NULL, path, "Member must not be null");
    }

    /** A member's value, or null if it was not given: the SDK's classes have empty collections in its place. */
    private static @Nullable Object valueOf(SdkPojo object, String member) {
        var field = object.sdkFieldNameToField().get(member);
        var value = field == null ? null : field.getValueOrDefault(object);
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap ? null : value;
    }

    private static String shown(Shape shape, Object value) {
        boolean printed = switch (shape) {
            case Shape.Scalar scalar -> scalar.printed();
            case Shape.Sequence sequence -> sequence.printed();
            case Shape.Structure _, Shape.Mapping _ -> true;
        };
        return printed ? "'" + Shown.of(value) + "' " : "";
    }
}
