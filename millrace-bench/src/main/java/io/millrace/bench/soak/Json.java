package io.millrace.bench.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An answer's JSON, read whole. Lenient about commas: grammar is the conformance tests' business. */
sealed interface Json {
    record Members(Map<String, Json> byName) implements Json {}

    record Elements(List<Json> inOrder) implements Json {}

    record Text(String value) implements Json {}

    /** A number, true, false or null, as it is written. */
    record Bare(String value) implements Json {}

    /** @throws IllegalArgumentException if it can't be read */
    static Json parse(String body) {
        try {
            return new Parser(body).value();
        } catch (StringIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the JSON ends too early: " + body, e);
        }
    }

    /** The text of a member; empty if there is none. */
    default Optional<String> text(String name) {
        return member(name).flatMap(found -> found instanceof Text(var value) ? Optional.of(value) : Optional.empty());
    }

    /** The text of a member that has to be there. */
    default String need(String name) {
        return text(name).orElseThrow(() -> new IllegalArgumentException("no " + name + " in " + this));
    }

    /** The elements of a member; none if it is not there. */
    default List<Json> list(String name) {
        return member(name)
                .map(found -> found instanceof Elements(var inOrder) ? inOrder : List.<Json>of())
                .orElse(List.of());
    }

    default List<String> texts(String name) {
        return list(name).stream()
                .flatMap(element ->
                        element instanceof Text(var value) ? List.of(value).stream() : List.<String>of().stream())
                .toList();
    }

    default Optional<Json> member(String name) {
        return this instanceof Members(var byName) ? Optional.ofNullable(byName.get(name)) : Optional.empty();
    }

    /** Owned by one call of {@link #parse}. */
    final class Parser {
        private final String body;
        private int at;

        private Parser(String body) {
            this.body = body;
        }

        private Json value() {
            return switch (peek()) {
                case '{' -> members();
                case '[' -> elements();
                case '"' -> new Text(string());
                default -> bare();
            };
        }

        private Json members() {
            var byName = new HashMap<String, Json>();
            at++;
            while (peek() != '}') {
                var name = string();
                if (peek() != ':') {
                    throw new IllegalArgumentException("no colon at " + at + " of " + body);
                }
                at++;
                byName.put(name, value());
                passComma();
            }
            at++;
            return new Members(byName);
        }

        private Json elements() {
            var inOrder = new ArrayList<Json>();
            at++;
            while (peek() != ']') {
                inOrder.add(value());
                passComma();
            }
            at++;
            return new Elements(inOrder);
        }

        private void passComma() {
            if (peek() == ',') {
                at++;
            }
        }

        private String string() {
            if (peek() != '"') {
                throw new IllegalArgumentException("no text at " + at + " of " + body);
            }
            int start = ++at;
            int end = body.indexOf('"', start);
            if (end < 0) {
                throw new IllegalArgumentException("a text without an end at " + start + " of " + body);
            }
            if (body.indexOf('\\', start, end) < 0) {
                at = end + 1;
                return body.substring(start, end);
            }
            return escaped();
        }

        private String escaped() {
            var text = new StringBuilder();
            while (body.charAt(at) != '"') {
                char c = body.charAt(at++);
                text.append(c == '\\' ? unescaped(body.charAt(at++)) : c);
            }
            at++;
            return text.toString();
        }

        private char unescaped(char c) {
            return switch (c) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'u' -> {
                    at += 4;
                    yield (char) Integer.parseInt(body.substring(at - 4, at), 16);
                }
                default -> c;
            };
        }

        private Json bare() {
            int start = at;
            while (at < body.length() && "+-.0123456789Eaeflnrstu".indexOf(body.charAt(at)) >= 0) {
                at++;
            }
            if (at == start) {
                throw new IllegalArgumentException("no value at " + at + " of " + body);
            }
            return new Bare(body.substring(start, at));
        }

        private char peek() {
            while (body.charAt(at) <= ' ') {
                at++;
            }
            return body.charAt(at);
        }
    }
}
