package io.millrace.firehose.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CopyOptionsTest {
    @Test
    void readsWhatDescribesTheRecords() {
        assertThat(CopyOptions.parse("json 'auto'").format()).isEqualTo(new CopyOptions.Format.Json(false));
        assertThat(CopyOptions.parse("FORMAT AS JSON 'auto ignorecase' gzip"))
                .isEqualTo(new CopyOptions(new CopyOptions.Format.Json(true), true));
        assertThat(CopyOptions.parse("CSV QUOTE AS '%' DELIMITER ';' NULL AS 'nil'")
                        .format())
                .isEqualTo(new CopyOptions.Format.Csv(";", "%", Optional.of("nil")));
        assertThat(CopyOptions.parse("delimiter '\\t'").format())
                .isEqualTo(new CopyOptions.Format.Delimited("\t", Optional.empty()));
        assertThat(CopyOptions.parse(null).format()).isEqualTo(new CopyOptions.Format.Delimited("|", Optional.empty()));
    }

    @Test
    void passesOverWhatOnlyRedshiftNeeds() {
        assertThat(CopyOptions.parse(
                                "JSON 'auto' COMPUPDATE OFF STATUPDATE ON MAXERROR 10 TIMEFORMAT 'auto' REGION 'eu-west-1'")
                        .format())
                .isEqualTo(new CopyOptions.Format.Json(false));
    }

    @Test
    void refusesWhatItCannotKeep() {
        assertThatThrownBy(() -> CopyOptions.parse("FIXEDWIDTH 'a:3,b:2'")).hasMessageContaining("FIXEDWIDTH");
        assertThatThrownBy(() -> CopyOptions.parse("JSON 's3://bucket/paths.json'"))
                .hasMessageContaining("s3://bucket/paths.json");
        assertThatThrownBy(() -> CopyOptions.parse("DELIMITER")).hasMessageContaining("quoted value");
    }
}
