package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The presets that come with us, in a file beside this class whose head says what its lines mean. */
final class HttpPresets {
    private static final String FILE = "http-presets";

    private final Map<String, HttpPreset> byName = new LinkedHashMap<>();

    private HttpPresets() {}

    static HttpPresets load() {
        var presets = new HttpPresets();
        try (var in = HttpPresets.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new AssertionError(FILE + " is not beside us");
            }
            Draft draft = null;
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    draft = presets.read(line, draft);
                }
            }
            presets.add(draft);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return presets;
    }

    Map<String, HttpPreset> byName() {
        return byName;
    }

    HttpPreset require(String name) {
        var preset = byName.get(name);
        if (preset == null) {
            throw new UsageError("There is no preset " + name + ". See 'millrace firehose presets'.");
        }
        return preset;
    }

    /** A preset whose lines are being read. */
    private static final class Draft {
        private final String name;
        private final String partner;
        private final Map<String, String> sites = new LinkedHashMap<>();
        private final Map<String, HttpPreset.Param> params = new LinkedHashMap<>();
        private Optional<String> key = Optional.empty();
        private Optional<String> encoding = Optional.empty();
        private Optional<HttpPreset.Buffer> buffer = Optional.empty();
        private Optional<Integer> retrySeconds = Optional.empty();

        Draft(String name, String partner) {
            this.name = name;
            this.partner = partner;
        }
    }

    private Draft read(String line, @Nullable Draft draft) {
        var words = line.split(" ", 3);
        if (words[0].equals("preset")) {
            add(draft);
            return new Draft(words[1], words[2]);
        }
        if (draft == null) {
            throw new AssertionError(FILE + " begins with " + line);
        }
        var rest = line.substring(words[0].length() + 1);
        switch (words[0]) {
            case "key" -> draft.key = Optional.of(rest);
            case "site" -> draft.sites.put(words[1], words[2]);
            case "param" -> {
                var about = words[2].split(" ", 2);
                draft.params.put(words[1], new HttpPreset.Param(about[0].equals("required"), about[1]));
            }
            case "encoding" -> draft.encoding = Optional.of(rest);
            case "buffer" ->
                draft.buffer =
                        Optional.of(new HttpPreset.Buffer(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
            case "retry" -> draft.retrySeconds = Optional.of(Integer.valueOf(rest));
            default -> throw new AssertionError(FILE + " has a line " + line);
        }
        return draft;
    }

    private void add(@Nullable Draft draft) {
        if (draft != null) {
            byName.put(
                    draft.name,
                    new HttpPreset(
                            draft.name,
                            draft.partner,
                            draft.key,
                            draft.sites,
                            draft.params,
                            draft.encoding,
                            draft.buffer,
                            draft.retrySeconds));
        }
    }
}
