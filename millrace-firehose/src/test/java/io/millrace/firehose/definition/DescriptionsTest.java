package io.millrace.firehose.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.Namespace;
import io.millrace.wire.JsonObjects;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

class DescriptionsTest {
    private static final String KEY = "QUJD".repeat(100);

    @Test
    void snowflakeShowsItsDefaultsAndNoKeys(@TempDir Path directory) {
        var configuration = SnowflakeDestinationConfiguration.builder()
                .accountUrl("http://localhost:9999")
                .user("user")
                .privateKey(KEY)
                .keyPassphrase("passphrase")
                .database("d")
                .schema("s")
                .table("t")
                .roleARN("role")
                .s3Configuration(s3 -> s3.roleARN("role").bucketARN("arn:aws:s3:::staging"))
                .build();
        try (var catalog = SqliteCatalog.open(directory.resolve("catalog.db"))) {
            var streams = DeliveryStreams.open(catalog, new SdkJson(JsonObjects::write, JsonObjects::read));
            var stream = streams.inTurn(() -> streams.create(
                    new DeliveryStreams.Beginning(
                            new DeliveryStreamAddress(new Namespace("123456789012", "eu-west-1"), "flakes"),
                            new Source.DirectPut(Optional.empty()),
                            Optional.empty(),
                            new DestinationConfiguration.Snowflake(configuration),
                            Map.of(),
                            Instant.parse("2030-01-01T00:00:00Z")),
                    _ -> {}));

            var description = Descriptions.of(stream);

            var snowflake = description.destinations().getFirst().snowflakeDestinationDescription();
            assertThat(snowflake.user()).isEqualTo("user");
            assertThat(snowflake.bufferingHints().intervalInSeconds()).isZero();
            assertThat(snowflake.bufferingHints().sizeInMBs()).isEqualTo(128);
            assertThat(snowflake.retryOptions().durationInSeconds()).isEqualTo(60);
            assertThat(snowflake.dataLoadingOptionAsString()).isEqualTo("JSON_MAPPING");
            assertThat(snowflake.s3BackupModeAsString()).isEqualTo("FailedDataOnly");
            assertThat(description.toString()).doesNotContain(KEY).doesNotContain("passphrase");
        }
    }
}
