package io.millrace.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression as the API model publishes them, matched against whole strings in time that grows with the
 * string's length only. {@code java.util.regex} backtracks: the models' ARN patterns, with three {@code .*} in a row,
 * would let one hostile string of some thousand characters occupy a thread for seconds.
 *
 * <p>Knows what the models use: literals, {@code .}, {@code \d}, {@code \s}, {@code \S}, {@code \w}, classes of
 * characters and ranges and their complements, groups, alternatives, {@code ?}, {@code *}, {@code +}, <code>{n}</code> and
 * <code>{n,m}</code>, {@code ^} and {@code $} at the ends of an alternative, which say nothing here, and at the very
 * beginning a negative lookahead. Walks all ways through the expression at once (Thompson's construction).
 */
final class LinearPattern {
    private static final int UNBOUNDED = -1;

    private static final String LOOKAHEAD = "(?!";

    private final String text;
    private volatile @Nullable Programs programs;

    /** @param refused what the value must not begin with, or not be if the lookahead goes to the end */
    private record Programs(@Nullable Program refused, Program wanted) {}

    LinearPattern(String text) {
        this.text = text;
    }

    boolean matches(String value) {
        var compiled = programs;
        if (compiled == null) {
            compiled = compile();
            programs = compiled;
        }
        var refused = compiled.refused();
        return (refused == null || !refused.matches(value)) && compiled.wanted().matches(value);
    }

    private Programs compile() {
        var expression = text.startsWith("^") ? text.substring(1) : text;
        if (!expression.startsWith(LOOKAHEAD)) {
            return new Programs(null, program(text));
        }
        int end = expression.indexOf(')');
        if (end < 0) {
            throw new IllegalArgumentException("unknown syntax in " + text);
        }
        var ahead = expression.substring(LOOKAHEAD.length(), end);
        // What follows a lookahead that does not go to the end may be anything, line ends included.
        var refused = program(ahead.endsWith("$") ? ahead : ahead + "[\\u0000-\\uFFFF]*");
        return new Programs(refused, program(expression.substring(end + 1)));
    }

    private static Program program(String expression) {
        return new Compiler().compile(new Parser(expression).parse());
    }

    /** The expression as it was published. */
    @Override
    public String toString() {
        return text;
    }

    /** A set of characters: a bit for each of ASCII, a question for the others. */
    private record Characters(long below64, long below128, IntPredicate others) {
        static Characters of(IntPredicate chars) {
            return new Characters(bits(0, chars), bits(Long.SIZE, chars), chars);
        }

        private static long bits(int from, IntPredicate chars) {
            long bits = 0;
            for (int i = 0; i < Long.SIZE; i++) {
                bits |= chars.test(from + i) ? 1L << i : 0;
            }
            return bits;
        }

        boolean contains(int c) {
            return c < Long.SIZE
                    ? (below64 >>> c & 1) != 0
                    : c < 2 * Long.SIZE ? (below128 >>> (c - Long.SIZE) & 1) != 0 : others.test(c);
        }
    }

    private sealed interface Node {
        record OneOf(IntPredicate chars) implements Node {}

        record Sequence(List<Node> nodes) implements Node {}

        record Choice(List<Node> nodes) implements Node {}

        record Repeat(Node node, int min, int max) implements Node {}
    }

    private static final class Parser {
        /** What means something where an atom may stand; syntax that is not read here must not pass for a literal. */
        private static final String META = "?^$*+{}]";

        private static final int UNIT_DIGITS = 4;

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        Node parse() {
            var node = choice();
            if (at < text.length()) {
                throw unknown();
            }
            return node;
        }

        private Node choice() {
            var alternatives = new ArrayList<Node>();
            alternatives.add(sequence());
            while (next('|')) {
                alternatives.add(sequence());
            }
            return new Node.Choice(alternatives);
        }

        private Node sequence() {
            var nodes = new ArrayList<Node>();
            next('^');
            while (!atEndOfSequence()) {
                if (next('$')) {
                    if (!atEndOfSequence()) {
                        throw unknown();
                    }
                } else {
                    nodes.add(repeated(atom()));
                }
            }
            return new Node.Sequence(nodes);
        }

        private boolean atEndOfSequence() {
            return at == text.length() || text.charAt(at) == '|' || text.charAt(at) == ')';
        }

        private Node repeated(Node node) {
            if (next('?')) {
                return new Node.Repeat(node, 0, 1);
            }
            if (next('*')) {
                return eager(new Node.Repeat(node, 0, UNBOUNDED));
            }
            if (next('+')) {
                return eager(new Node.Repeat(node, 1, UNBOUNDED));
            }
            if (next('{')) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw unknown();
                }
                var bounds = text.substring(at, end).split(",", -1);
                if (bounds.length > 2 || !Arrays.stream(bounds).allMatch(bound -> bound.matches("\\d{1,6}"))) {
                    throw unknown();
                }
                at = end + 1;
                int min = Integer.parseInt(bounds[0]);
                return new Node.Repeat(node, min, bounds.length == 1 ? min : Integer.parseInt(bounds[1]));
            }
            return node;
        }

        /** Where the whole text has to match it makes no difference who takes how much. */
        private Node eager(Node repeat) {
            next('?');
            return repeat;
        }

        private Node atom() {
            if (next('(')) {
                if (text.startsWith("?:", at)) {
                    at += 2;
                }
                var group = choice();
                if (!next(')')) {
                    throw unknown();
                }
                return group;
            }
            if (next('[')) {
                return new Node.OneOf(charClass());
            }
            if (next('.')) {
                return new Node.OneOf(c -> c != '\n' && c != '\r' && c != 0x85 && c != 0x2028 && c != 0x2029);
            }
            if (next('\\')) {
                return new Node.OneOf(escaped());
            }
            if (META.indexOf(text.charAt(at)) >= 0) {
                throw unknown();
            }
            return new Node.OneOf(literal());
        }

        private IntPredicate charClass() {
            boolean complement = next('^');
            IntPredicate chars = _ -> false;
            while (!next(']')) {
                chars = chars.or(charsOfClass());
            }
            return complement ? chars.negate() : chars;
        }

        /** A range, a character, or a class by its short name. */
        private IntPredicate charsOfClass() {
            if (text.startsWith("\\w", at)) {
                at += 2;
                return Parser::isOfWord;
            }
            int from = oneOfClass();
            boolean range = at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']';
            if (!range) {
                return c -> c == from;
            }
            at++;
            int to = oneOfClass();
            return c -> c >= from && c <= to;
        }

        private int oneOfClass() {
            boolean escaped = next('\\');
            if (at >= text.length()) {
                throw unknown();
            }
            if (escaped && next('u')) {
                int unit = Integer.parseInt(text, at, at + UNIT_DIGITS, 16);
                at += UNIT_DIGITS;
                return unit;
            }
            if (escaped && Character.isLetterOrDigit(text.charAt(at))) {
                throw unknown();
            }
            return text.charAt(at++);
        }

        private IntPredicate escaped() {
            if (next('d')) {
                return c -> c >= '0' && c <= '9';
            }
            if (next('s')) {
                return Parser::isSpace;
            }
            if (next('S')) {
                return c -> !isSpace(c);
            }
            if (next('w')) {
                return Parser::isOfWord;
            }
            if (at >= text.length() || Character.isLetterOrDigit(text.charAt(at))) {
                throw unknown();
            }
            return literal();
        }

        private static boolean isSpace(int c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }

        private static boolean isOfWord(int c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        }

        private IntPredicate literal() {
            int literal = text.charAt(at);
            at++;
            return c -> c == literal;
        }

        private boolean next(char expected) {
            if (at < text.length() && text.charAt(at) == expected) {
                at++;
                return true;
            }
            return false;
        }

        private IllegalArgumentException unknown() {
            return new IllegalArgumentException("unknown syntax at " + at + " of " + text);
        }
    }

    /** Each step either takes one character and goes on with the next step, or (null) forks to two others. */
    private static final class Compiler {
        private final List<@Nullable Characters> takes = new ArrayList<>();
        private final List<int[]> forks = new ArrayList<>();

        Program compile(Node node) {
            emit(node);
            return new Program(takes.toArray(Characters[]::new), forks.toArray(int[][]::new));
        }

        private void emit(Node node) {
            switch (node) {
                case Node.OneOf(var chars) -> add(Characters.of(chars), new int[0]);
                case Node.Sequence(var nodes) -> nodes.forEach(this::emit);
                case Node.Choice(var nodes) -> emitChoice(nodes);
                case Node.Repeat(var repeated, int min, int max) -> emitRepeat(repeated, min, max);
            }
        }

        private void emitChoice(List<Node> nodes) {
            var ends = new ArrayList<int[]>();
            for (var node : nodes.subList(0, nodes.size() - 1)) {
                var fork = fork();
                fork[0] = takes.size();
                emit(node);
                ends.add(fork());
                fork[1] = takes.size();
            }
            emit(nodes.getLast());
            ends.forEach(end -> end[0] = end[1] = takes.size());
        }

        private void emitRepeat(Node node, int min, int max) {
            for (int i = 0; i < min; i++) {
                emit(node);
            }
            if (max == UNBOUNDED) {
                int loop = takes.size();
                var fork = fork();
                fork[0] = takes.size();
                emit(node);
                var back = fork();
                back[0] = back[1] = loop;
                fork[1] = takes.size();
                return;
            }
            var exits = new ArrayList<int[]>();
            for (int i = min; i < max; i++) {
                var fork = fork();
                fork[0] = takes.size();
                exits.add(fork);
                emit(node);
            }
            exits.forEach(exit -> exit[1] = takes.size());
        }

        private int[] fork() {
            var targets = new int[2];
            add(null, targets);
            return targets;
        }

        private void add(@Nullable Characters take, int[] targets) {
            takes.add(take);
            forks.add(targets);
        }
    }

    /** The step behind the last one is the match. */
    private static final class Program {
        private final @Nullable Characters[] takes;
        private final int[][] forks;

        Program(@Nullable Characters[] takes, int[][] forks) {
            this.takes = takes;
            this.forks = forks;
        }

        boolean matches(String value) {
            var now = new Steps(takes.length + 1);
            var after = new Steps(takes.length + 1);
            reach(0, now);
            for (int i = 0, c; i < value.length() && now.count > 0; i += Character.charCount(c)) {
                c = value.codePointAt(i);
                after.clear();
                for (int s = 0; s < now.count; s++) {
                    int step = now.steps[s];
                    var take = step == takes.length ? null : takes[step];
                    if (take != null && take.contains(c)) {
                        reach(step + 1, after);
                    }
                }
                var empty = now;
                now = after;
                after = empty;
            }
            return now.contains(takes.length);
        }

        /** Adds a step and, where it forks, all that it leads to. */
        private void reach(int step, Steps reached) {
            if (reached.add(step) && step < takes.length && takes[step] == null) {
                reach(forks[step][0], reached);
                reach(forks[step][1], reached);
            }
        }
    }

    /** A set of steps that is emptied in no time. */
    private static final class Steps {
        private final int[] steps;
        private final int[] places;
        private int count;

        Steps(int capacity) {
            steps = new int[capacity];
            places = new int[capacity];
        }

        boolean contains(int step) {
            return places[step] < count && steps[places[step]] == step;
        }

        boolean add(int step) {
            if (contains(step)) {
                return false;
            }
            places[step] = count;
            steps[count++] = step;
            return true;
        }

        void clear() {
            count = 0;
        }
    }
}
