package io.millrace.glue;

import io.millrace.glue.PartitionFilter.Order;
import io.millrace.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Expression of GetPartitions: comparisons of partition keys with literals ({@code = <> != < <= > >= BETWEEN IN
 * LIKE IS NULL}), joined by {@code AND}, {@code OR}, {@code NOT} and parentheses. Reads one expression once.
 */
final class PartitionExpression {
    private static final int DEPTH_MAX = 100;
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:('(?:[^']|'')*'|\"[^\"]*\")|(-?[0-9]+(?:\\.[0-9]+)?)|(`[^`]+`|[A-Za-z_][A-Za-z0-9_.]*)|(<>|!=|<=|>=|[=<>(),]))");

    private final String expression;
    private final List<String> keys;
    private final List<Order> orders;
    private final List<String> tokens;
    private int at;
    private int depth;

    private PartitionExpression(String expression, List<String> keys, List<Order> orders) {
        this.expression = expression;
        this.keys = keys;
        this.orders = orders;
        this.tokens = tokens();
    }

    static PartitionFilter parse(@Nullable String expression, List<TableSchema.Column> partitionKeys) {
        if (expression == null || expression.isBlank()) {
            return new PartitionFilter.Anything();
        }
        var parser = new PartitionExpression(
                expression,
                partitionKeys.stream()
                        .map(key -> key.name().toLowerCase(Locale.ROOT))
                        .toList(),
                partitionKeys.stream()
                        .map(key -> Order.of(key.type().toLowerCase(Locale.ROOT)))
                        .toList());
        var filter = parser.alternatives();
        if (parser.at < parser.tokens.size()) {
            throw parser.unsupported();
        }
        return filter;
    }

    private List<String> tokens() {
        var found = new ArrayList<String>();
        var matcher = TOKEN.matcher(expression.strip());
        int end = 0;
        while (end < expression.strip().length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw unsupported();
            }
            found.add(matcher.group().strip());
            end = matcher.end();
        }
        return found;
    }

    private InvalidInputException unsupported() {
        return new InvalidInputException("Unsupported expression '" + expression + "'");
    }

    private PartitionFilter alternatives() {
        if (++depth > DEPTH_MAX) {
            throw unsupported();
        }
        var filter = conditions();
        while (take("OR")) {
            filter = new PartitionFilter.Or(filter, conditions());
        }
        depth--;
        return filter;
    }

    private PartitionFilter conditions() {
        var filter = condition();
        while (take("AND")) {
            filter = new PartitionFilter.And(filter, condition());
        }
        return filter;
    }

    private PartitionFilter condition() {
        if (take("NOT")) {
            if (++depth > DEPTH_MAX) {
                throw unsupported();
            }
            var negated = condition();
            depth--;
            return new PartitionFilter.Not(negated);
        }
        if (take("(")) {
            var inner = alternatives();
            expect(")");
            return inner;
        }
        return isLiteral(peek()) ? literalFirst() : keyFirst();
    }

    /** {@code 5 < n} says the same as {@code n > 5}. */
    private PartitionFilter literalFirst() {
        var literal = literal();
        var turned = switch (next()) {
            case "<" -> ">";
            case "<=" -> ">=";
            case ">" -> "<";
            case ">=" -> "<=";
            case "=" -> "=";
            case "<>", "!=" -> "<>";
            default -> throw unsupported();
        };
        int key = key();
        return new PartitionFilter.Holds(key, comparison(turned, orders.get(key), literal));
    }

    private PartitionFilter keyFirst() {
        int key = key();
        var order = orders.get(key);
        if (take("IS")) {
            boolean negated = take("NOT");
            expect("NULL");
            var isNull = new PartitionFilter.IsNull(key);
            return negated ? new PartitionFilter.Not(isNull) : isNull;
        }
        boolean negated = take("NOT");
        Predicate<String> test;
        if (take("BETWEEN")) {
            test = comparison(">=", order, literal());
            expect("AND");
            test = test.and(comparison("<=", order, literal()));
        } else if (take("IN")) {
            test = oneOf(order);
        } else if (take("LIKE")) {
            test = like(literal());
        } else if (negated) {
            throw unsupported();
        } else {
            test = comparison(next(), order, literal());
        }
        return new PartitionFilter.Holds(key, negated ? test.negate() : test);
    }

    private Predicate<String> oneOf(Order order) {
        expect("(");
        var test = comparison("=", order, literal());
        while (take(",")) {
            test = test.or(comparison("=", order, literal()));
        }
        expect(")");
        return test;
    }

    private Predicate<String> comparison(String operator, Order order, String literal) {
        Predicate<Integer> verdict = switch (operator) {
            case "=" -> compared -> compared == 0;
            case "<>", "!=" -> compared -> compared != 0;
            case "<" -> compared -> compared < 0;
            case "<=" -> compared -> compared <= 0;
            case ">" -> compared -> compared > 0;
            case ">=" -> compared -> compared >= 0;
            default -> throw unsupported();
        };
        return value -> order.compare(value, literal).filter(verdict).isPresent();
    }

    private static Predicate<String> like(String pattern) {
        return value -> isLike(value, pattern);
    }

    /** {@code %} is any text and {@code _} any character; in steps proportional to both lengths at worst. */
    private static boolean isLike(String value, String pattern) {
        int v = 0;
        int p = 0;
        int anyAt = -1;
        int anyFrom = 0;
        while (v < value.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '%') {
                anyAt = p++;
                anyFrom = v;
            } else if (p < pattern.length() && (pattern.charAt(p) == '_' || pattern.charAt(p) == value.charAt(v))) {
                p++;
                v++;
            } else if (anyAt >= 0) {
                p = anyAt + 1;
                v = ++anyFrom;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '%') {
            p++;
        }
        return p == pattern.length();
    }

    private int key() {
        var name = next().replace("`", "");
        int key = keys.indexOf(name.toLowerCase(Locale.ROOT));
        if (key < 0) {
            throw unsupported();
        }
        return key;
    }

    private String literal() {
        if (take("DATE") || take("TIMESTAMP")) {
            return literal();
        }
        var token = next();
        if (token.startsWith("'")) {
            return token.substring(1, token.length() - 1).replace("''", "'");
        }
        if (token.startsWith("\"")) {
            return token.substring(1, token.length() - 1);
        }
        if (isLiteral(token)) {
            return token;
        }
        throw unsupported();
    }

    private static boolean isLiteral(String token) {
        return !token.isEmpty() && "'\"-0123456789".indexOf(token.charAt(0)) >= 0;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        if (at == tokens.size()) {
            throw unsupported();
        }
        return tokens.get(at++);
    }

    private boolean take(String word) {
        if (!peek().equalsIgnoreCase(word)) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(String word) {
        if (!take(word)) {
            throw unsupported();
        }
    }
}
