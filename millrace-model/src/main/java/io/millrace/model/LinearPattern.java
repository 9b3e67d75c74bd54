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
 * <p>Knows what the models use: literals, {@code .}, {@code \d}, {@code \S}, classes of characters and ranges, groups,
 * alternatives, {@code *}, {@code +}, <code>{n}</code> and <code>{n,m}</code>, and a leading {@code ^}, which says
 * nothing here. Walks all ways through the expression at once (Thompson's construction).
 */
final class LinearPattern {
    private static final int UNBOUNDED = -1;

    private final String text;
    private volatile @Nullable Program program;

    LinearPattern(String text) {
        this.text = text;
    }

    boolean matches(String value) {
        var compiled = program;
        if (compiled == null) {
            compiled = new Compiler().compile(new Parser(text).parse());
            program = compiled;
        }
        return compiled.matches(value);
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

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
            this.at = text.startsWith("^") ? 1 : 0;
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
            while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
                nodes.add(repeated(atom()));
            }
            return new Node.Sequence(nodes);
        }

        private Node repeated(Node node) {
            if (next('*')) {
                return new Node.Repeat(node, 0, UNBOUNDED);
            }
            if (next('+')) {
                return new Node.Repeat(node, 1, UNBOUNDED);
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

        private Node atom() {
            if (next('(')) {
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
            if (next('^')) {
                throw unknown();
            }
            IntPredicate chars = _ -> false;
            while (!next(']')) {
                if (at + 2 >= text.length()) {
                    throw unknown();
                }
                if (text.charAt(at + 1) != '-' || text.charAt(at + 2) == ']') {
                    chars = chars.or(next('\\') ? escaped() : literal());
                } else {
                    int from = text.charAt(at);
                    int to = text.charAt(at + 2);
                    chars = chars.or(c -> c >= from && c <= to);
                    at += 3;
                }
            }
            return chars;
        }

        private IntPredicate escaped() {
            if (next('d')) {
                return c -> c >= '0' && c <= '9';
            }
            if (next('S')) {
                return c -> c != ' ' && (c < '\t' || c > '\r');
            }
            if (at >= text.length() || Character.isLetterOrDigit(text.charAt(at))) {
                throw unknown();
            }
            return literal();
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
            for (int i = 0; i < value.length() && now.count > 0; i++) {
                int c = value.charAt(i);
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
