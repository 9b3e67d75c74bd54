package io.millrace.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was said on the command line of {@code millrace serve}.
 *
 * @param file the settings file that was named
 * @param values the settings that were given, by key
 */
record Flags(Optional<Path> file, Map<String, String> values) {
    static final String FILE = "--config";

    /** Short names for those that people type. */
    private static final Map<String, String> SHORT =
            Map.of("server.port", "--port", "server.host", "--host", "data-dir", "--data-dir");

    /** All names of a setting's flag, the short one first. */
    static List<String> names(String key) {
        var full = "--" + key;
        var name = SHORT.get(key);
        return name == null || name.equals(full) ? List.of(full) : List.of(name, full);
    }

    /**
     * Reads words that are known flags, each once, each with a value that can be nothing else. Anything else, help and
     * every mistake, takes picocli, which a plain start does without: to load it takes longer than to open all rooms.
     *
     * @return empty if the words are not as plain as that
     */
    static Optional<Flags> plain(List<String> words) {
        var keys = keysByName();
        var given = new HashMap<String, String>();
        for (var rest = words.iterator(); rest.hasNext(); ) {
            var word = rest.next();
            int equals = word.indexOf('=');
            var key = keys.get(equals < 0 ? word : word.substring(0, equals));
            var value = equals < 0 ? nextValue(rest) : word.substring(equals + 1);
            if (key == null || value == null || given.put(key, value) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new Flags(Optional.ofNullable(given.remove(FILE)).map(Path::of), given));
    }

    private static Map<String, String> keysByName() {
        var keys = new HashMap<String, String>();
        for (var setting : MillraceConfig.SETTINGS) {
            names(setting.key()).forEach(name -> keys.put(name, setting.key()));
        }
        keys.put(FILE, FILE);
        return keys;
    }

    private static @Nullable String nextValue(Iterator<String> words) {
        var value = words.hasNext() ? words.next() : "-";
        return value.startsWith("-") || value.startsWith("@") || value.startsWith("\"") ? null : value;
    }
}
