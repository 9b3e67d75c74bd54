package io.millrace.glue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which partitions a reader wants: what GetPartitions' Expression says, as something that values can be held against. */
sealed interface PartitionFilter {
    /** How Hive spells that a partition's value is null. */
    String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

    boolean accepts(List<String> values);

    record Anything() implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            return true;
        }
    }

    record Or(PartitionFilter one, PartitionFilter other) implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            return one.accepts(values) || other.accepts(values);
        }
    }

    record And(PartitionFilter one, PartitionFilter other) implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            return one.accepts(values) && other.accepts(values);
        }
    }

    record Not(PartitionFilter filter) implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            return !filter.accepts(values);
        }
    }

    record IsNull(int key) implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            return values.get(key).equals(NULL_VALUE);
        }
    }

    /**
     * One partition key held against something; a null satisfies nothing.
     *
     * @param key its place among the table's partition keys
     */
    record Holds(int key, Predicate<String> test) implements PartitionFilter {
        @Override
        public boolean accepts(List<String> values) {
            var value = values.get(key);
            return !value.equals(NULL_VALUE) && test.test(value);
        }
    }

    /** In what order the values of a key are. */
    enum Order {
        TEXT {
            @Override
            Optional<Integer> compare(String value, String literal) {
                return Optional.of(value.compareTo(literal));
            }
        },
        NUMBER {
            @Override
            Optional<Integer> compare(String value, String literal) {
                try {
                    return Optional.of(new BigDecimal(value).compareTo(new BigDecimal(literal)));
                } catch (NumberFormatException _) {
                    return Optional.empty();
                }
            }
        };

        /** Empty where one of them is not what the key's type says. */
        abstract Optional<Integer> compare(String value, String literal);

        static Order of(String hiveType) {
            return switch (hiveType.replaceAll("\\(.*", "").strip()) {
                case "tinyint", "smallint", "int", "integer", "bigint", "decimal", "float", "double" -> NUMBER;
                default -> TEXT; // dates and times in their usual form are in the order of their text
            };
        }
    }
}
