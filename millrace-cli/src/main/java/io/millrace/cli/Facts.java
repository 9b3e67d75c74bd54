package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known about one thing. A fact that is absent is a dash in a table, and not there in JSON. */
final class Facts {
    private record Fact(String label, String name, Optional<Object> value) {
        String cell() {
            return value.map(known -> known instanceof Collection<?> texts
                            ? texts.stream().map(Object::toString).collect(Collectors.joining(", "))
                            : known.toString())
                    .filter(text -> !text.isEmpty())
                    .orElse("-");
        }

        void write(JsonGenerator json) throws IOException {
            if (value.isEmpty()) {
                return;
            }
            json.writeFieldName(name);
            switch (value.get()) {
                case Number number -> json.writeNumber(number.longValue());
                case Collection<?> texts -> {
                    json.writeStartArray();
                    for (var text : texts) {
                        json.writeString(text.toString());
                    }
                    json.writeEndArray();
                }
                case Object other -> json.writeString(other.toString());
            }
        }
    }

    private final List<Fact> facts = new ArrayList<>();

    /**
     * @param label how a table calls it
     * @param name how JSON calls it
     * @param value a text, a whole number, a time, or a collection of texts, if it is known
     */
    Facts with(String label, String name, @Nullable Object value) {
        facts.add(new Fact(label, name, Optional.ofNullable(value)));
        return this;
    }

    void show(Output out, Output.Format format) throws IOException {
        switch (format) {
            case table ->
                out.table(facts.stream()
                        .map(fact -> List.of(fact.label(), fact.cell()))
                        .toList());
            case json -> out.json(this::write);
        }
    }

    /** Several things of one kind, which have the same facts: a row each. */
    static void showAll(Output out, Output.Format format, List<String> heading, List<Facts> all) throws IOException {
        switch (format) {
            case table ->
                out.table(Stream.concat(
                                Stream.of(heading),
                                all.stream()
                                        .map(one -> one.facts.stream()
                                                .map(Fact::cell)
                                                .toList()))
                        .toList());
            case json ->
                out.json(json -> {
                    json.writeStartArray();
                    for (var one : all) {
                        one.write(json);
                    }
                    json.writeEndArray();
                });
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (var fact : facts) {
            fact.write(json);
        }
        json.writeEndObject();
    }
}
