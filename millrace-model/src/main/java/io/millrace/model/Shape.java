package io.millrace.model;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a value of the API model looks like and must satisfy. */
sealed interface Shape {
    /** What the value as a whole must satisfy, in the order violations are reported. */
    List<Check> checks();

    /** @param printed whether error texts show the value */
    record Scalar(List<Check> checks, boolean printed) implements Shape {}

    /** @param printed whether error texts show the list's value */
    record Sequence(List<Check> checks, Shape element, boolean printed) implements Shape {}

    record Mapping(List<Check> checks, Shape key, Shape value) implements Shape {}

    /** @param reserved the names of those members that are reserved */
    record Structure(List<Member> members, Set<String> reserved) implements Shape {
        Structure(List<Member> members) {
            this(
                    members,
                    members.stream()
                            .filter(Member::reserved)
                            .map(Member::name)
                            .collect(Collectors.toUnmodifiableSet()));
        }

        @Override
        public List<Check> checks() {
            return List.of();
        }
    }

    /**
     * A member of a structure.
     *
     * @param pathName the name as error paths spell it: with a lower-case first letter
     * @param alternatives if any of these members is given a required one may be absent
     * @param reserved whether it is published only to be checked and ignored
     */
    record Member(
            String name, String pathName, Shape shape, boolean required, List<String> alternatives, boolean reserved) {
        boolean requiredIn(Predicate<String> given) {
            return required && alternatives.stream().noneMatch(given);
        }
    }
}
