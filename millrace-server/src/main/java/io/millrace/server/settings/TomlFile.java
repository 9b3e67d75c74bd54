package io.millrace.server.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A settings file: TOML, read flat, so that {@code [server] port = 1} and {@code server.port = 1} are the same. */
final class TomlFile {
    private TomlFile() {}

    static Map<String, String> read(Path file, List<String> problems) {
        var flat = new LinkedHashMap<String, String>();
        try {
            flatten("", new TomlMapper().readTree(Files.readString(file)), flat);
        } catch (JsonProcessingException e) {
            problems.add(file + ":" + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            problems.add("cannot read the settings file " + file + " (" + e.getMessage() + ")");
        }
        return flat;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member -> flatten(
                            prefix.isEmpty() ? member.getKey() : prefix + "." + member.getKey(),
                            member.getValue(),
                            flat));
        } else if (node.isArray()) {
            flat.put(
                    prefix,
                    StreamSupport.stream(node.spliterator(), false)
                            .map(JsonNode::asText)
                            .collect(Collectors.joining(",")));
        } else {
            flat.put(prefix, node.asText());
        }
    }
}
