package io.millrace.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The constraints of one service, read from its {@code .constraints} file; the file's head explains its lines. Only
 * the operations that are asked for are read further than their lines.
 */
final class ConstraintFile {
    private static final Map<Service, ConstraintFile> FILES = new ConcurrentHashMap<>(new EnumMap<>(Service.class));

    private final Map<String, String> types = new HashMap<>();
    private final Map<String, List<String>> structures = new HashMap<>();
    private final Map<String, List<String>> operations = new HashMap<>();
    private final Map<String, Shape.Structure> inputs = new ConcurrentHashMap<>();

    private ConstraintFile(BufferedReader lines) throws IOException {
        var members = new ArrayList<String>();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("  ")) {
                members.add(line.substring(2));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                members = new ArrayList<>();
                var words = line.split(" ", 3);
                switch (words[0]) {
                    case "type" -> types.put(words[1], words[2]);
                    case "structure" -> structures.put(words[1], members);
                    case "operation" -> operations.put(words[1], members);
                    default -> throw new IllegalArgumentException("unknown line: " + line);
                }
            }
        }
    }

    static ConstraintFile of(Service service) {
        return FILES.computeIfAbsent(service, ConstraintFile::read);
    }

    private static ConstraintFile read(Service service) {
        var name = service.name().toLowerCase(Locale.ROOT) + ".constraints";
        try (var resource = ConstraintFile.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the class path lacks " + name);
            }
            return new ConstraintFile(new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> operations() {
        return Set.copyOf(operations.keySet());
    }

    Shape.Structure input(String operation) {
        return inputs.computeIfAbsent(operation, _ -> structure(found(operations, operation)));
    }

    private Shape.Structure structure(List<String> lines) {
        return new Shape.Structure(lines.stream().map(this::member).toList());
    }

    private Shape.Member member(String line) {
        var words = List.of(line.split(" "));
        var name = words.getFirst();
        int without = words.indexOf("without");
        return new Shape.Member(
                name,
                Character.toLowerCase(name.charAt(0)) + name.substring(1),
                shape(words.get(1)),
                words.contains("required"),
                without < 0 ? List.of() : List.of(words.get(without + 1).split(",")),
                words.contains("reserved"));
    }

    private Shape shape(String type) {
        if (structures.containsKey(type)) {
            return structure(found(structures, type));
        }
        var line = found(types, type);
        var checks = new ArrayList<Check>();
        int patternAt = line.indexOf(" pattern ");
        if (patternAt >= 0) {
            checks.add(new Check.Matches(new LinearPattern(line.substring(patternAt + " pattern ".length()))));
            line = line.substring(0, patternAt);
        }
        var words = List.of(line.split(" "));
        addChecks(words, checks);
        return switch (words.getFirst()) {
            case "list" -> new Shape.Sequence(checks, shape(words.get(2)), !words.contains("unprinted"));
            case "map" -> new Shape.Mapping(checks, shape(words.get(2)), shape(words.get(4)));
            default -> new Shape.Scalar(checks, !words.contains("unprinted"));
        };
    }

    private static void addChecks(List<String> words, List<Check> checks) {
        int length = words.indexOf("length");
        if (length > 0) {
            var bounds = words.get(length + 1).split("\\.\\.", 2);
            checks.add(new Check.LengthAtLeast(Long.parseLong(bounds[0])));
            checks.add(new Check.LengthAtMost(Long.parseLong(bounds[1])));
        }
        int range = words.indexOf("range");
        if (range > 0) {
            var bounds = words.get(range + 1).split("\\.\\.", 2);
            checks.add(new Check.AtLeast(Long.parseLong(bounds[0])));
            if (!bounds[1].isEmpty()) {
                checks.add(new Check.AtMost(Long.parseLong(bounds[1])));
            }
        }
        int values = words.indexOf("enum");
        if (values > 0) {
            checks.add(new Check.OneOf(List.of(words.get(values + 1).split(","))));
        }
    }

    private static <T> T found(Map<String, T> in, String name) {
        var value = in.get(name);
        if (value == null) {
            throw new IllegalArgumentException("not in the constraint data: " + name);
        }
        return value;
    }
}
