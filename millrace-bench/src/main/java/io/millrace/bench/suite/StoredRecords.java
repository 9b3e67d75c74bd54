package io.millrace.bench.suite;

import static io.millrace.bench.suite.Cells.MEBI;
import static io.millrace.bench.suite.Cells.MEGA;
import static io.millrace.bench.suite.Cells.share;
import static io.millrace.bench.suite.Cells.single;
import static io.millrace.bench.suite.Cells.three;

import io.millrace.bench.figure.Figure;
import io.millrace.bench.figure.Spread;
import io.millrace.bench.suite.Results.Group;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What more stored records cost: a line for each amount, against the first of them; then the starts over all of them. */
final class StoredRecords {
    private static final String PUT_RATE = "put_records_per_second";
    private static final String TAIL_RATE = "tail_records_per_second";

    private final List<Figure> growth;
    private final List<Figure> starts;

    StoredRecords(Results results) {
        growth = figures(results, "stored records");
        starts = figures(results, "start with stored records after kill -9");
    }

    private static List<Figure> figures(Results results, String scenario) {
        return results.figures().stream()
                .filter(figure -> figure.text("scenario").equals(scenario))
                .toList();
    }

    void write(Page page) {
        if (growth.isEmpty()) {
            return;
        }
        page.title("Stored records");
        page.line("| Records stored | PutRecords 500 x 20 B records/s | of that with the fewest | p50 ms | p99 ms |"
                + " GetRecords at the tail records/s | of that with the fewest | On disk MiB |");
        page.line("| --: | --: | --: | --: | --: | --: | --: | --: |");
        for (var row : growth) {
            page.line(
                    "| %s | %s | %s | %s | %s | %s | %s | %s |",
                    single(row, "stored_records", 1, 0),
                    single(row, PUT_RATE, 1, 0),
                    share(number(row, PUT_RATE), number(growth.getFirst(), PUT_RATE)),
                    single(row, "p50_nanos", MEGA, 2),
                    single(row, "p99_nanos", MEGA, 2),
                    single(row, TAIL_RATE, 1, 0),
                    share(number(row, TAIL_RATE), number(growth.getFirst(), TAIL_RATE)),
                    single(row, "disk_bytes", MEBI, 0));
        }
        page.line("");
        if (!starts.isEmpty()) {
            starts(page);
        }
    }

    private void starts(Page page) {
        page.line("| Records stored | Starts after kill -9 | First GetRecords ms | First PutRecords ms |");
        page.line("| --: | --: | --: | --: |");
        page.line(
                "| %s | %d | %s | %s |",
                single(starts.getLast(), "stored_records", 1, 0),
                starts.size(),
                three(spread("first_read_millis"), 1, 0),
                three(spread("first_put_millis"), 1, 0));
        page.line("");
        page.paragraph(
                "From the start of the process to the reply that holds the oldest record, and to the one that acknowledges a put"
                        + " after that. A consumer that had read all before the kill then reads exactly what was put since.");
    }

    /** The worst rate of all, of puts or of reads at the tail, as a part of that with the fewest records. */
    Optional<Double> worstShare() {
        return growth.size() < 2
                ? Optional.empty()
                : growth.stream()
                        .flatMap(row -> Stream.of(PUT_RATE, TAIL_RATE)
                                .map(rate -> number(row, rate) / number(growth.getFirst(), rate)))
                        .min(Double::compare);
    }

    Optional<Spread> firstPutMillis() {
        return starts.isEmpty() ? Optional.empty() : spread("first_put_millis");
    }

    /** How many there were in the end. */
    double mostRecords() {
        return growth.isEmpty() ? 0 : number(growth.getLast(), "stored_records");
    }

    private Optional<Spread> spread(String name) {
        return new Group(Subject.of(starts.getFirst()), starts).spread(name);
    }

    private static double number(Figure row, String name) {
        return row.number(name).orElse(0);
    }
}
