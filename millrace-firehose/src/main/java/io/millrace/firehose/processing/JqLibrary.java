package io.millrace.firehose.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.firehose.processing.JqAllowance.RunawayException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Output;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;
import net.thisptr.jackson.jq.internal.tree.FunctionCall;
import net.thisptr.jackson.jq.path.ArrayIndexPath;
import net.thisptr.jackson.jq.path.Path;

/**
 * The functions of jq 1.6, and queries compiled against them so that none runs away. Shared by all delivery streams; not
 * changed once it is built.
 *
 * <p>The jq library bounds nothing, and a query meets what anybody puts: {@code [.a[] + .b[] + .c[]]} is harmless until the
 * arrays are long. So each expression of a compiled query is put behind a meter. The library has no place for that, which is
 * why its trees are rebuilt by reflection here, and nowhere else.
 */
final class JqLibrary {
    private static final String LIBRARY = "net.thisptr.jackson.jq.";
    /** These emit one value they already have. */
    private static final String LITERALS = LIBRARY + "internal.tree.literal.";

    private static final String THIS_OBJECT = LIBRARY + "internal.tree.ThisObject";

    private static final Set<String> SEARCHING =
            Set.of("match", "test", "capture", "scan", "split", "splits", "sub", "gsub", "_match_impl", "_sub_impl");

    private final Scope root = Scope.newEmptyScope();

    JqLibrary() {
        BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, root);
        JqTime.addTo(root);
        root.addFunction("_match_impl", 3, new JqMatch());
        root.addFunction("_sub_impl", 3, JqMatch.beforeSub(root.getFunction("_sub_impl", 3)));
        var setPath = root.getFunction("setpath", 2);
        root.addFunction(
                "setpath",
                2,
                (scope, args, in, path, output, version) -> setPath.apply(
                        scope, List.of(smallIndexes(args.get(0)), args.get(1)), in, path, output, version));
        root.getLocalFunctions().forEach((name, function) -> root.addFunction(name, new MeteredFunction(function)));
    }

    private static Expression smallIndexes(Expression paths) {
        return (scope, in, ipath, output, requirePath) -> paths.apply(
                scope,
                in,
                ipath,
                (out, path) -> {
                    out.forEach(JqAllowance::requireSmallIndex);
                    output.emit(out, path);
                },
                requirePath);
    }

    /** Compiles a query; the result may be used by many threads at once. */
    Query compile(String text) throws JsonQueryException {
        var query = JsonQuery.compile(text, Versions.JQ_1_6);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        meter(query, seen);
        return new Query(query, root, seen.stream().anyMatch(JqLibrary::searches));
    }

    /** Whether it calls one of the functions that search with regular expressions. */
    private static boolean searches(Object node) {
        if (!(node instanceof FunctionCall)) {
            return false;
        }
        var call = node.toString();
        var name = call.split("\\(", 2)[0];
        // With one argument it looks for that text.
        boolean plain = name.equals("split") && !call.contains("; ");
        return SEARCHING.contains(name) && !plain;
    }

    /**
     * A compiled query.
     *
     * @param searches whether it has regular expressions
     */
    record Query(JsonQuery query, Scope root, boolean searches) {
        void apply(JsonNode in, Instant now, Output output) throws JsonQueryException, UnprocessableException {
            try {
                ScopedValue.where(JqAllowance.CURRENT, new JqAllowance(now)).call(() -> {
                    query.apply(root, in, output);
                    return true;
                });
            } catch (RunawayException e) {
                throw new UnprocessableException("The metadata extraction query was stopped: " + e.getMessage() + ".");
            } catch (StackOverflowError _) {
                throw new UnprocessableException("The metadata extraction query was stopped: it recurses too deeply.");
            } catch (IllegalArgumentException
                    | ArithmeticException
                    | IndexOutOfBoundsException
                    | ClassCastException e) {
                // What the library throws for values that it did not expect.
                throw new UnprocessableException("The metadata extraction query failed: " + e);
            }
        }
    }

    private static void meter(Object node, Set<Object> seen) {
        if (!seen.add(node)) {
            return;
        }
        for (Class<?> type = node.getClass();
                type != null && type.getName().startsWith(LIBRARY);
                type = type.getSuperclass()) {
            for (var field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    meter(node, field, seen);
                }
            }
        }
    }

    private static void meter(Object node, Field field, Set<Object> seen) {
        try {
            field.setAccessible(true);
            var value = field.get(node);
            if (value != null) {
                var metered = metered(value, seen);
                if (field.getType().isInstance(metered)) {
                    field.set(node, metered);
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError("the fields of the jq library are accessible", e);
        }
    }

    private static Object metered(Object value, Set<Object> seen) {
        if (value instanceof List<?> list) {
            var elements = new ArrayList<Object>(list.size());
            list.forEach(element -> elements.add(metered(element, seen)));
            return elements;
        }
        var type = value.getClass().getName();
        if (!type.startsWith(LIBRARY) || value instanceof Version || value instanceof Enum<?>) {
            return value;
        }
        meter(value, seen);
        return switch (value) {
            case Expression _ when type.startsWith(LITERALS) || type.equals(THIS_OBJECT) -> value;
            case Expression expression -> new MeteredExpression(expression);
            case BinaryOperator operator -> new MeteredOperator(operator);
            default -> value;
        };
    }

    private static PathOutput metered(PathOutput output) {
        var allowance = JqAllowance.CURRENT.get();
        return (out, path) -> {
            allowance.emitted(out);
            output.emit(out, path);
        };
    }

    private record MeteredExpression(Expression expression) implements Expression {
        @Override
        public void apply(Scope scope, JsonNode in, Path path, PathOutput output, boolean requirePath)
                throws JsonQueryException {
            var allowance = JqAllowance.CURRENT.get();
            allowance.enter();
            try {
                expression.apply(
                        scope,
                        in,
                        path,
                        (out, outPath) -> {
                            allowance.emitted(out);
                            if (outPath instanceof ArrayIndexPath place) {
                                JqAllowance.requireSmallIndex(place.index);
                            }
                            output.emit(out, outPath);
                        },
                        requirePath);
            } finally {
                allowance.leave();
            }
        }

        @Override
        public String toString() {
            return expression.toString();
        }
    }

    private record MeteredOperator(BinaryOperator operator) implements BinaryOperator {
        @Override
        public JsonNode apply(ObjectMapper mapper, JsonNode left, JsonNode right) throws JsonQueryException {
            JqAllowance.requireSmallResult(left, right);
            return operator.apply(mapper, left, right);
        }

        @Override
        public String image() {
            return operator.image();
        }
    }

    private record MeteredFunction(Function function) implements Function {
        @Override
        public void apply(
                Scope scope, List<Expression> args, JsonNode in, Path path, PathOutput output, Version version)
                throws JsonQueryException {
            var allowance = JqAllowance.CURRENT.get();
            allowance.enter();
            try {
                function.apply(scope, args, in, path, metered(output), version);
            } finally {
                allowance.leave();
            }
        }
    }
}
