package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HttpPresetsTest {
    private static final Path DOCUMENT = Path.of("../docs/firehose-presets.md");

    private final Map<String, HttpPreset> presets = HttpPresets.load().byName();

    @Test
    void knowTheServicesThatFirehoseNames() {
        assertThat(presets)
                .containsKeys(
                        "coralogix",
                        "datadog",
                        "dynatrace",
                        "elastic",
                        "honeycomb",
                        "logicmonitor",
                        "mongodb",
                        "newrelic",
                        "sumologic");
    }

    @Test
    void areWithinTheLimitsOfAnHttpEndpoint() {
        presets.values().forEach(preset -> {
            var given = new LinkedHashMap<String, String>();
            preset.params().forEach((name, _) -> given.put(name, name.equals("endpoint") ? "https://es.example" : "x"));
            for (var site : preset.sites().keySet()) {
                var url = URI.create(preset.address(Optional.of(site), given).url());
                assertThat(url.getScheme()).as(preset.name()).isEqualTo("https");
                assertThat(url.toString()).doesNotContain("{");
            }
            preset.buffer().ifPresent(buffer -> {
                assertThat(buffer.sizeMib()).isBetween(1, 64);
                assertThat(buffer.intervalSeconds()).isBetween(0, 900);
            });
            preset.retrySeconds().ifPresent(seconds -> assertThat(seconds).isBetween(0, 7200));
            preset.encoding().ifPresent(encoding -> assertThat(encoding).isIn("GZIP", "NONE"));
        });
    }

    @Test
    void aParameterInAUrlIsARequiredOne() {
        presets.values()
                .forEach(preset -> preset.sites()
                        .values()
                        .forEach(url -> assertThat(preset.requiredParams()).containsAll(HttpPreset.places(url))));
    }

    @Test
    void whatNoUrlHasGoesAlongWithEachRequest() {
        var address = presets.get("honeycomb").address(Optional.of("eu"), Map.of("dataset", "logs", "team", "a"));

        assertThat(address.url()).isEqualTo("https://api.eu1.honeycomb.io/1/kinesis_events/logs");
        assertThat(address.attributes()).isEqualTo(Map.of("team", "a"));
    }

    @Test
    void sayWhatIsMissing() {
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> presets.get("honeycomb").address(Optional.empty(), Map.of()))
                .withMessage("The preset honeycomb needs --param dataset=...: the dataset to write to.");
        assertThatExceptionOfType(UsageError.class)
                .isThrownBy(() -> presets.get("newrelic").address(Optional.of("mars"), Map.of()))
                .withMessage("The preset newrelic has no site mars. It has logs-us, logs-eu, metrics-us, metrics-eu.");
    }

    @Test
    void theDocumentShowsThemAsTheyAre() throws IOException {
        assertThat(Files.readString(DOCUMENT)).contains(String.join("\n", table()));
    }

    private List<String> table() {
        var lines = new ArrayList<String>();
        lines.add("| preset | service | access key | sites | parameters | recommended |");
        lines.add("|---|---|---|---|---|---|");
        presets.values()
                .forEach(preset -> lines.add("| `" + preset.name() + "` | " + preset.partner() + " | "
                        + preset.key().orElse("none") + " | "
                        + preset.sites().entrySet().stream()
                                .map(site -> site.getKey() + ": `" + site.getValue() + "`")
                                .collect(Collectors.joining("<br>"))
                        + " | "
                        + preset.params().entrySet().stream()
                                .map(param -> "`" + param.getKey() + "`"
                                        + (param.getValue().required() ? " (required): " : ": ")
                                        + param.getValue().meaning())
                                .collect(Collectors.joining("<br>"))
                        + " | " + recommended(preset) + " |"));
        return lines;
    }

    private static String recommended(HttpPreset preset) {
        var words = new ArrayList<String>();
        preset.encoding().ifPresent(words::add);
        preset.buffer().ifPresent(buffer -> words.add(buffer.sizeMib() + " MiB or " + buffer.intervalSeconds() + " s"));
        preset.retrySeconds().ifPresent(seconds -> words.add("retry " + seconds + " s"));
        return String.join(", ", words);
    }
}
