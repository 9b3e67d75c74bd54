package io.millrace.bench.firehose;

import io.millrace.bench.arguments.Arguments;
import io.millrace.bench.figure.Figure;
import io.millrace.bench.firehose.Plan.Step;
import io.millrace.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures Firehose from one end to the other, and leaves a report with its targets. What fails is left out of it and told
 * there; then it leaves with 1.
 */
public final class FirehoseDriver {
    private static final int WENT_WRONG = 1;
    private static final int WRONG_USAGE = 2;
    private static final Duration LIMITS_WITHIN = Duration.ofMinutes(1);
    private static final String LIMIT_MILLIS = "300";

    private final Plan plan;
    private final Programs programs;
    private final List<String> remarks = new ArrayList<>();
    private final long begun = System.nanoTime();
    private boolean failed;

    private FirehoseDriver(Plan plan) {
        this.plan = plan;
        programs = new Programs(plan.work());
    }

    public static void main(String[] words) throws InterruptedException {
        try {
            var arguments = new Arguments(words);
            var plan = Plan.parse(arguments);
            arguments.refuseTheRest();
            System.exit(new FirehoseDriver(plan).drive() ? 0 : WENT_WRONG);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(WENT_WRONG);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Plan.USAGE);
            System.exit(WRONG_USAGE);
        }
    }

    /** Something that is measured. */
    private interface Attempt {
        void make() throws IOException, InterruptedException;
    }

    private boolean drive() throws IOException, InterruptedException {
        Files.createDirectories(plan.into());
        var machine = Machine.now(plan.work());
        attempt(Step.LIMITS, "this machine's limits", this::limits);
        attempt(Step.LOOPS, "the hot loops", new LoopsTrial(plan, programs)::measure);
        var puts = new PutsTrial(plan, programs);
        attempt(Step.PUTS, "PutRecordBatch beside PutRecords", puts::measure);
        attempt(Step.DRAIN, "deliveries to a folder", () -> new DrainTrial(plan).measure());
        attempt(Step.LATENCY, "put to destination", new LatencyTrial(plan)::measure);
        attempt(Step.MANY, plan.many() + " delivery streams", new ManyTrial(plan)::measure);
        attempt(Step.PEERS, "moto", () -> peer(puts));
        var took = Duration.ofNanos(System.nanoTime() - begun);
        var report = new Report(Figure.readAll(plan.rows()), machine, plan.commit(), remarks, took).markdown();
        Files.writeString(plan.into().resolve("report.md"), report);
        if (Files.exists(plan.rows())) {
            Files.copy(plan.rows(), plan.into().resolve("figures.jsonl"));
        }
        return !failed;
    }

    private void limits() throws IOException, InterruptedException {
        programs.limits(
                LIMITS_WITHIN,
                "--dir",
                plan.work().toString(),
                "--millis",
                LIMIT_MILLIS,
                "--json",
                plan.rows().toString());
    }

    private void peer(PutsTrial puts) throws IOException, InterruptedException {
        var moto = moto();
        if (moto.isPresent()) {
            puts.measurePeer(moto.get());
        } else {
            remarks.add("moto was skipped: it is not installed; `bench/run --peers moto` does that");
        }
    }

    /** Where all of it is: a marker is left beside it then. */
    private Optional<Path> moto() throws IOException {
        if (!Files.isDirectory(plan.cache())) {
            return Optional.empty();
        }
        try (var installed = Files.newDirectoryStream(plan.cache(), "moto-*.installed")) {
            var markers = installed.iterator();
            if (!markers.hasNext()) {
                return Optional.empty();
            }
            var marker = markers.next().toString();
            return Optional.of(Path.of(marker.substring(0, marker.lastIndexOf('.'))));
        }
    }

    /** A failure becomes a remark: the next one is measured all the same. */
    private void attempt(Step step, String what, Attempt attempt) throws InterruptedException {
        if (!plan.has(step)) {
            return;
        }
        say(what);
        try {
            attempt.make();
        } catch (IOException | RuntimeException e) {
            failed = true;
            remarks.add(what + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            say(remarks.getLast());
        }
    }

    private void say(String what) {
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
        System.err.printf(Locale.ROOT, "bench %2d:%02d  %s%n", seconds / 60, seconds % 60, what);
    }
}
