package io.millrace.bench.suite;

import io.millrace.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** The report of one run in Markdown, with its pictures and the rows it was made of beside it. */
final class Report {
    private final Results results;
    private final SuiteOptions options;
    private final Notes notes;
    private final Machine machine;
    private final String profile;
    private final Duration took;
    private final Page page;

    Report(Results results, SuiteOptions options, Notes notes, Machine machine, String profile, Duration took) {
        this.results = results;
        this.options = options;
        this.notes = notes;
        this.machine = machine;
        this.profile = profile;
        this.took = took;
        this.page = new Page(options.into());
    }

    /** Leaves {@code report.md}, the pictures and {@code figures.jsonl} in the folder that was asked for. */
    void write() throws IOException, InterruptedException {
        Files.createDirectories(options.into());
        var overview = new Overview(results, options, page);
        var growth = new Growth(results, options.growthShards());
        var stored = new StoredRecords(results);
        head();
        overview.inShort();
        new Targets(results, options, growth, stored).write(page);
        new Pictures(results, page).write();
        tables();
        growth.write(page);
        new LogAlone(results, options).write(page);
        stored.write(page);
        overview.startAndMemory();
        new Ceilings(results, page).write();
        profileAndAppendix();
        page.save("report.md");
        if (Files.exists(options.ground().rows())) {
            Files.writeString(
                    options.into().resolve("figures.jsonl"),
                    Files.readString(options.ground().rows()));
        }
    }

    private void head() throws InterruptedException {
        page.paragraph(
                "Measured on %s, commit %s: %s s of warm-up and %s s measured, %d repeats; %d min %d s in all. Machine: %s."
                        + " Load average before the run: %s.",
                LocalDate.now(ZoneOffset.UTC),
                commit(),
                Drivers.seconds(options.warmUp().toMillis()),
                Drivers.seconds(options.measured().toMillis()),
                options.repeats(),
                took.toMinutes(),
                took.toSecondsPart(),
                machine.description(),
                machine.loadBefore());
        page.paragraph("Three figures in one cell are the minimum, the median and the maximum of the repeats.");
        notes.skipped().forEach(note -> page.line("* %s", note));
        notes.failures().forEach(note -> page.line("* **Failed:** %s", note.replaceAll("\\s+", " ")));
        page.line("");
    }

    private void tables() {
        var table = new LoadTable(results, page);
        table.write(
                "Millrace",
                key -> key.server().startsWith("Millrace (") && key.shards() == Subject.USUAL_SHARDS && key.isLoad());
        table.write("Subscriptions", key -> key.isPutToEvent() || key.isFanOut());
        table.write("Other implementations of the API", key -> Names.isPeer(key.server()) && key.isLoad());
        table.write("Apache Kafka", key -> key.server().startsWith("Kafka") && key.isLoad());
    }

    private void profileAndAppendix() throws IOException {
        if (!profile.isEmpty()) {
            page.title("Profiles");
            page.paragraph(
                    "From Java flight recordings of runs of their own, whose rates do not stand above: samples of processor"
                            + " time every 10 ms per thread, and samples of allocation, from when it was warm to its stop.");
            page.append(profile);
        }
        if (options.appendix().isPresent()) {
            page.append(Files.readString(options.appendix().get()));
        }
    }

    private String commit() throws InterruptedException {
        try {
            return Child.run(
                            options.ground(),
                            List.of("git", "-C", options.ground().home().toString(), "describe", "--always", "--dirty"),
                            Duration.ofSeconds(10))
                    .trim();
        } catch (IOException _) {
            return "unknown";
        }
    }
}
