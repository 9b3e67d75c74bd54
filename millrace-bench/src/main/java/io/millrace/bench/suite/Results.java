package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.figure.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** All figures of a run, and the repeats among them. */
record Results(List<Figure> figures) {
    /** One measurement with its repeats. */
    record Group(Subject key, List<Figure> repeats) {
        Optional<Spread> spread(String number) {
            var values = repeats.stream()
                    .flatMap(figure -> figure.number(number).stream().boxed())
                    .toList();
            return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
        }

        long sum(String number) {
            return Math.round(repeats.stream()
                    .mapToDouble(figure -> figure.number(number).orElse(0))
                    .sum());
        }

        /** The repeat in the middle, by that number: where a whole distribution is shown. */
        Figure middle(String number) {
            var sorted = repeats.stream()
                    .sorted(Comparator.comparingDouble(
                            figure -> figure.number(number).orElse(0)))
                    .toList();
            return sorted.get((sorted.size() - 1) / 2);
        }
    }

    /** In the order in which the report names servers; within one, as they were measured. */
    List<Group> groups(Predicate<Subject> wanted) {
        Map<Subject, List<Figure>> byKey = new LinkedHashMap<>();
        for (var figure : figures) {
            if (wanted.test(Subject.of(figure))) {
                byKey.computeIfAbsent(Subject.of(figure), _ -> new ArrayList<>())
                        .add(figure);
            }
        }
        return byKey.entrySet().stream()
                .map(entry -> new Group(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(group -> Names.order(group.key().server())))
                .toList();
    }

    Optional<Spread> spread(Predicate<Subject> wanted, String number) {
        return groups(wanted).stream().findFirst().flatMap(group -> group.spread(number));
    }

    Optional<Spread> spread(Subject wanted, String number) {
        return spread(wanted::equals, number);
    }

    double limit(String name) {
        return spread(key -> key.server().equals("machine") && key.scenario().equals(name), "payload_bytes_per_second")
                .map(Spread::median)
                .orElse(0.0);
    }
}
