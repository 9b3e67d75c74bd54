package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CopyReportTest {
    private final CommandRun run = new CommandRun();

    @Test
    void writesALineNowAndThenWhereNobodyLooksOn() {
        var report = report();
        report.accepted(1_500, 3_000_000);

        run.clock.advance(Duration.ofSeconds(9));
        report.refresh(source(Map.of()));
        assertThat(said()).isEmpty();

        run.clock.advance(Duration.ofSeconds(1));
        report.refresh(source(Map.of("shardId-000000000000", 0L)));
        assertThat(said()).isEqualTo("1,500 records, 3.0 MB, 150/s, up to date\n");
    }

    @Test
    void tellsTheRateSinceItLastTold() {
        var report = report();
        report.accepted(1_000, 1_000);
        run.clock.advance(Duration.ofSeconds(10));
        report.refresh();
        run.err.reset();

        report.accepted(10, 10);
        run.clock.advance(Duration.ofSeconds(10));
        report.refresh();

        assertThat(said()).startsWith("1,010 records, 1.0 kB, 1/s");
    }

    @Test
    void namesTheShardsThatAreFurthestBehindFirst() {
        var report = report();
        run.clock.advance(Duration.ofSeconds(10));

        report.refresh(source(Map.of("a", 10L, "b", 61_000L, "c", 0L, "d", 5_000L, "e", 1L, "f", 2L, "g", 3L)));

        assertThat(said()).endsWith("behind: b 61.0 s, d 5.0 s, a 0.0 s, g 0.0 s, f 0.0 s and 1 more\n");
    }

    @Test
    void isNotUpToDateWithShardsOfWhichNothingIsKnown() {
        var report = report();
        run.clock.advance(Duration.ofSeconds(10));
        report.refresh(new SourceState(Map.of(), 3, ""));
        run.clock.advance(Duration.ofSeconds(10));
        report.refresh(new SourceState(Map.of("a", Duration.ofSeconds(2), "b", Duration.ZERO), 1, "Busy."));

        assertThat(said().lines())
                .containsExactly(
                        "0 records, 0 B, 0/s, lag of 3 shards not known yet",
                        "0 records, 0 B, 0/s, behind: a 2.0 s, lag of 1 shard not known yet  [Busy.]");
    }

    @Test
    void doesNotSpeakOfALagWhereThereIsNone() {
        var report = report();
        run.clock.advance(Duration.ofSeconds(10));
        report.refresh();

        assertThat(said()).isEqualTo("0 records, 0 B, 0/s\n");
    }

    @Test
    void changesOneLineOnATerminal() {
        run.onTerminal = true;
        var report = report();
        run.clock.advance(Duration.ofSeconds(1));
        report.refresh();
        report.retrying(3, "Rate exceeded.");
        run.clock.advance(Duration.ofSeconds(1));
        report.refresh();

        assertThat(said()).isEqualTo("\r\033[K0 records, 0 B, 0/s" + "\r\033[K0 records, 0 B, 0/s  [Rate exceeded.]");
    }

    private static SourceState source(Map<String, Long> millisBehind) {
        var behind = new HashMap<String, Duration>();
        millisBehind.forEach((shardId, millis) -> behind.put(shardId, Duration.ofMillis(millis)));
        return new SourceState(behind, 0, "");
    }

    private String said() {
        return run.err.toString(StandardCharsets.UTF_8);
    }

    private CopyReport report() {
        return new CopyReport("orders", new StatusLine(run.err, run.onTerminal), Duration.ofSeconds(10), run.shell());
    }
}
