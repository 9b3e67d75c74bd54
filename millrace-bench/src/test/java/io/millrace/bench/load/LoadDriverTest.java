package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.bench.arguments.Arguments;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadDriverTest {
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void findsNoFaultWithAServerThatKeepsWhatItAcknowledged(Scenario scenario, @TempDir Path directory)
            throws Exception {
        var rows = directory.resolve("rows.jsonl");
        try (var server = new SmallKinesis(SmallKinesis.Fault.NONE)) {
            assertThat(LoadDriver.drive(
                            options(server, scenario, "--json", rows.toString(), "--cold-dir", directory.toString())))
                    .isTrue();
        }
        assertThat(Files.readAllLines(rows))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row).contains("\"errors\":0,").doesNotContain("\"records_per_second\":0,"));
    }

    @ParameterizedTest
    @EnumSource(names = {"GET_RECORDS", "MIXED"})
    void findsRecordsThatWereAcknowledgedAndLost(Scenario scenario) throws Exception {
        try (var server = new SmallKinesis(SmallKinesis.Fault.LOSES_THE_LAST_RECORD_OF_EACH_CALL)) {
            assertThat(LoadDriver.drive(options(server, scenario))).isFalse();
        }
    }

    @Test
    void countsRecordsThatWereRefused() throws Exception {
        try (var server = new SmallKinesis(SmallKinesis.Fault.REFUSES_A_RECORD_OF_EACH_CALL)) {
            assertThat(LoadDriver.drive(options(server, Scenario.PUT_RECORDS))).isFalse();
        }
    }

    @Test
    void countsRecordsThatFirehoseRefused() throws Exception {
        try (var server = new SmallKinesis(SmallKinesis.Fault.REFUSES_A_RECORD_OF_EACH_CALL)) {
            assertThat(LoadDriver.drive(options(server, Scenario.PUT_RECORD_BATCH)))
                    .isFalse();
        }
    }

    @Test
    void findsRecordsThatWereLostWhileTheyWereCold(@TempDir Path directory) throws Exception {
        try (var server = new SmallKinesis(SmallKinesis.Fault.LOSES_THE_LAST_RECORD_OF_EACH_CALL)) {
            assertThat(LoadDriver.drive(options(server, Scenario.COLD_DRAIN, "--cold-dir", directory.toString())))
                    .isFalse();
        }
    }

    @Test
    void measuresAsOftenAsAsked(@TempDir Path directory) throws Exception {
        var rows = directory.resolve("rows.jsonl");
        try (var server = new SmallKinesis(SmallKinesis.Fault.NONE)) {
            LoadDriver.drive(options(server, Scenario.PUT_RECORD, "--json", rows.toString(), "--repeats", "3"));
        }
        assertThat(Files.readAllLines(rows)).hasSize(3);
    }

    @Test
    void countsRequestsThatWereRefused() throws Exception {
        try (var server = new SmallKinesis(SmallKinesis.Fault.ANSWERS_503_TO_PUTS)) {
            assertThat(LoadDriver.drive(options(server, Scenario.PUT_RECORD))).isFalse();
        }
    }

    private static LoadOptions options(SmallKinesis server, Scenario scenario, String... more) {
        var words = "--endpoint %s --scenarios %s --encodings json --batch-records 10 --record-bytes 20 --shards 1"
                .formatted(server.endpoint(), scenario.label())
                .concat(
                        " --connections 2 --delivery-stream there --warm-up-seconds 0 --seconds 0.5 --catch-up-seconds 0.2 --fill-max-bytes 20000 ")
                .concat(String.join(" ", more));
        return LoadOptions.parse(new Arguments(words.trim().split(" ")));
    }
}
