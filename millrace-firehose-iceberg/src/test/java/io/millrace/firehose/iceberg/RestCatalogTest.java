package io.millrace.firehose.iceberg;

import static io.millrace.firehose.iceberg.FixedBatch.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.objects.FolderObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/** A REST catalog whose tables are in a bucket of the object store. */
class RestCatalogTest {
    private static final Schema IDS =
            new Schema(List.of(Types.NestedField.required(1, "id", Types.LongType.get())), Set.of(1));

    @TempDir
    Path folder;

    private FolderObjectStore objects;
    private RestServer server;
    private RestCatalog catalog;
    private Lake lake;

    @BeforeEach
    void start() throws IOException {
        objects = new FolderObjectStore(folder.resolve("objects"));
        server = new RestServer(folder, new TableFiles(() -> objects, Map.of()), "s3://lake/tables", "secret");
        catalog = open("secret");
        lake = new Lake(folder, catalog);
    }

    private RestCatalog open(String token) {
        return RestCatalog.open(
                new IcebergConfig.Rest(server.uri(), Optional.of(token), Optional.empty(), Map.of()),
                "s3://lake/tables",
                () -> objects);
    }

    @AfterEach
    void stop() {
        catalog.close();
        server.close();
        objects.close();
    }

    @Test
    void makesFillsAndChangesTables() throws Exception {
        lake.create("orders", IDS);
        assertThat(lake.table("orders").location()).startsWith("s3://lake/tables/");

        lake.deliver(FixedBatch.of(1, "{\"id\":1}", "{\"id\":2}"));
        lake.deliver(FixedBatch.of(2, sent("delete", "{\"id\":1}"), sent("update", "{\"id\":3}")));
        lake.deliver(FixedBatch.of(3, "{\"id\":4,\"more\":\"x\"}"), to -> {
            Lake.orders(to);
            to.schemaEvolutionConfiguration(evolution -> evolution.enabled(true));
        });

        assertThat(lake.rows("orders", "id", "more")).containsExactly("2|null", "3|null", "4|x");
        assertThat(server.requests.getFirst()).contains("warehouse=s3");
        assertThat(lake.parquetFiles()).hasSize(4).allMatch(path -> path.startsWith(folder.resolve("objects/lake")));
    }

    @Test
    void findsACommitWhoseAnswerWasLost() throws Exception {
        lake.create("orders", IDS);
        server.losesAnswers = true;
        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isInstanceOf(Attempt.Refused.class);
        server.losesAnswers = false;

        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isEqualTo(new Attempt.Delivered());

        assertThat(lake.rows("orders", "id")).containsExactly("1");
        assertThat(lake.snapshots("orders")).hasSize(1);
    }

    @Test
    void saysWhatTheCatalogRefuses() throws Exception {
        var missing = (Attempt.Refused) lake.deliver(FixedBatch.of(1, "{\"id\":1}"));
        assertThat(missing.failure().code()).isEqualTo("Iceberg.NoSuchTable");

        var configuration = IcebergDestinationConfiguration.builder();
        Lake.orders(configuration);
        var destinations = new IcebergDestinations(
                new IcebergConfig.Rest(server.uri(), Optional.of("wrong"), Optional.empty(), Map.of()),
                () -> objects,
                UUID::randomUUID);
        configuration.catalogConfiguration(to -> to.catalogARN("arn:aws:glue:eu-west-1:1:catalog"));
        try (destinations;
                var destination = destinations.open(FixedBatch.STREAM, configuration.build())) {
            var refused = (Attempt.Refused) destination.attempt(FixedBatch.of(1, "{\"id\":1}"));
            assertThat(refused.failure().code()).isEqualTo("Glue.AccessDenied");
        }
    }
}
