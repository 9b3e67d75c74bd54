package io.millrace.bench.figure;

import io.millrace.bench.latency.Latencies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One thing that was measured once. Flat, so that a driver in a process of its own can hand it on as a line.
 *
 * @param texts who and what, in the order they were given
 * @param numbers units stand in their names
 * @param ladderNanos latencies at {@link Latencies#LADDER_PERCENTS}; empty if there are none
 */
public record Figure(Map<String, String> texts, Map<String, Double> numbers, List<Long> ladderNanos) {
    private static final Pattern MEMBER =
            Pattern.compile("\"([a-z0-9_]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9][0-9.eE+-]*)|\\[([0-9,]*)]|null)");

    public Figure {
        texts = new LinkedHashMap<>(texts);
        numbers = new LinkedHashMap<>(numbers);
        ladderNanos = List.copyOf(ladderNanos);
    }

    public static Figure of(String server, String scenario) {
        var texts = new LinkedHashMap<String, String>();
        texts.put("server", server);
        texts.put("scenario", scenario);
        return new Figure(texts, Map.of(), List.of());
    }

    public Figure with(String name, String text) {
        var more = new LinkedHashMap<>(texts);
        more.put(name, text);
        return new Figure(more, numbers, ladderNanos);
    }

    public Figure with(String name, double number) {
        var more = new LinkedHashMap<>(numbers);
        more.put(name, number);
        return new Figure(texts, more, ladderNanos);
    }

    /** Counts are told exactly, up to 2^53 of them. */
    public Figure with(String name, long number) {
        return with(name, (double) number);
    }

    /** The usual percentiles, and the whole ladder; nothing if nothing was measured. */
    public Figure with(Latencies latencies) {
        if (latencies.count() == 0) {
            return this;
        }
        var usual = with("p50_nanos", latencies.percentile(50).toNanos())
                .with("p99_nanos", latencies.percentile(99).toNanos())
                .with("p999_nanos", latencies.percentile(99.9).toNanos())
                .with("max_nanos", latencies.max().toNanos());
        return new Figure(
                texts,
                usual.numbers,
                latencies.ladder().stream().map(Duration::toNanos).toList());
    }

    /** Empty if it has no such text. */
    public String text(String name) {
        return texts.getOrDefault(name, "");
    }

    public OptionalDouble number(String name) {
        var found = numbers.get(name);
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found);
    }

    public String json() {
        var members = new ArrayList<String>();
        texts.forEach((name, text) -> members.add("\"" + name + "\":\"" + escaped(text) + "\""));
        numbers.forEach((name, number) -> members.add("\"" + name + "\":" + plain(number)));
        if (!ladderNanos.isEmpty()) {
            members.add("\"ladder_nanos\":"
                    + ladderNanos.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")));
        }
        return members.stream().collect(Collectors.joining(",", "{", "}"));
    }

    /** Reads what {@link #json} wrote. */
    public static Figure parse(String line) {
        var texts = new LinkedHashMap<String, String>();
        var numbers = new LinkedHashMap<String, Double>();
        var ladder = List.<Long>of();
        for (Matcher member = MEMBER.matcher(line); member.find(); ) {
            if (member.group(2) != null) {
                texts.put(member.group(1), member.group(2).replace("\\\"", "\"").replace("\\\\", "\\"));
            } else if (member.group(3) != null) {
                numbers.put(member.group(1), Double.valueOf(member.group(3)));
            } else if (member.group(4) != null) {
                ladder = Pattern.compile(",")
                        .splitAsStream(member.group(4))
                        .filter(each -> !each.isEmpty())
                        .map(Long::valueOf)
                        .toList();
            }
        }
        return new Figure(texts, numbers, ladder);
    }

    public void appendTo(Path jsonLines) throws IOException {
        Files.writeString(jsonLines, json() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Empty if there is no such file. */
    public static List<Figure> readAll(Path jsonLines) throws IOException {
        return Files.exists(jsonLines)
                ? Files.readAllLines(jsonLines).stream().map(Figure::parse).toList()
                : List.of();
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, "%.3f", number);
    }

    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
