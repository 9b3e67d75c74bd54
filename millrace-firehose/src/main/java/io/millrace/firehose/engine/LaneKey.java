package io.millrace.firehose.engine;

import java.util.Map;
import java.util.TreeMap;

/** What tells the records of a shard apart that are not delivered together. */
sealed interface LaneKey {
    /** The same for equal keys, and for no others; part of the catalog's format. */
    String text();

    /** On the way to the destination. */
    record Main(Map<String, String> partitionKeys) implements LaneKey {
        static final Main ALL = new Main(Map.of());

        @Override
        public String text() {
            var text = new StringBuilder("main");
            // Lengths stand before the words, so that no value can look like another key.
            new TreeMap<>(partitionKeys)
                    .forEach((name, value) -> text.append(' ')
                            .append(name.length())
                            .append(':')
                            .append(name)
                            .append(value.length())
                            .append(':')
                            .append(value));
            return text.toString();
        }
    }

    /** On the way to the error output, as lines. */
    record Errors(String outputType) implements LaneKey {
        @Override
        public String text() {
            return "errors " + outputType;
        }
    }

    /** On the way to the backup, untouched. */
    record Backup() implements LaneKey {
        @Override
        public String text() {
            return "backup";
        }
    }
}
