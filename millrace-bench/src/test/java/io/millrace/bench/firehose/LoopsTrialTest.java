package io.millrace.bench.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bench.figure.Figure;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopsTrialTest {
    private static final String HEAD =
            "\"Benchmark\",\"Mode\",\"Threads\",\"Samples\",\"Score\",\"Score Error (99.9%)\",\"Unit\",\"Param: format\"";

    @Test
    void readsTimesAndRatesOfJmhAsBytesASecond() throws Exception {
        var figures = LoopsTrial.figures(List.of(
                HEAD,
                "\"a.b.ObjectCompression.recordsToObject\",\"avgt\",1,3,50000.0,12.5,\"us/op\",GZIP",
                "\"a.b.RecordConversion.jsonToFile\",\"thrpt\",1,3,42.0,NaN,\"ops/s\",parquet-snappy"));

        assertThat(figures)
                .containsExactly(
                        Figure.of("Millrace", "loop")
                                .with("loop", "recordsToObject")
                                .with("form", "GZIP")
                                .with("payload_bytes_per_second", 100e6),
                        Figure.of("Millrace", "loop")
                                .with("loop", "jsonToFile")
                                .with("form", "parquet-snappy")
                                .with("payload_bytes_per_second", 42e6));
    }

    @Test
    void refusesATableThatItDoesNotKnow() {
        assertThatThrownBy(() -> LoopsTrial.figures(List.of("\"Benchmark\",\"Points\"")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Score");
    }
}
