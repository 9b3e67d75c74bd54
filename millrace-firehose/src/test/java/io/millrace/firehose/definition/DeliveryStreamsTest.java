package io.millrace.firehose.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.catalog.SqliteCatalog;
import io.millrace.model.Namespace;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.wire.JsonObjects;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.firehose.model.KinesisStreamSourceConfiguration;

class DeliveryStreamsTest {
    private static final Namespace NAMESPACE = new Namespace("123456789012", "eu-west-1");
    private static final Instant CREATED = Instant.parse("2030-01-01T00:00:00.250Z");

    @TempDir
    private Path directory;

    private SqliteCatalog catalog;
    private DeliveryStreams streams;

    @BeforeEach
    void open() {
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        streams = DeliveryStreams.open(catalog, new SdkJson(JsonObjects::write, JsonObjects::read));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private void restart() {
        close();
        open();
    }

    @Test
    void comeBackAsTheyWere() {
        var source = new Source.KinesisStream(
                KinesisStreamSourceConfiguration.builder()
                        .kinesisStreamARN("arn:aws:kinesis:eu-west-1:123456789012:stream/orders")
                        .roleARN("role")
                        .build(),
                CREATED);
        var key = new Encryption(KeyType.CUSTOMER_MANAGED_CMK, Optional.of("key"), true);
        var stream = streams.inTurn(() -> streams.create(
                new DeliveryStreams.Beginning(
                        new DeliveryStreamAddress(NAMESPACE, "orders"),
                        source,
                        Optional.of(key),
                        http("http://localhost:1/"),
                        Map.of("a", "b"),
                        CREATED),
                _ -> {}));
        var revised = streams.inTurn(() -> streams.revise(stream, http("http://localhost:2/"), CREATED.plusSeconds(5)));

        restart();

        assertThat(streams.require(NAMESPACE, "orders")).isEqualTo(revised);
        assertThat(streams.all()).containsExactly(revised);
        assertThat(streams.tags(revised)).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void recordsAreDeliveredByTheRevisionTheyArrivedIn() {
        var stream = create("orders");
        var second = streams.inTurn(() -> streams.revise(stream, http("http://localhost:2/"), CREATED.plusSeconds(5)));
        var third = streams.inTurn(() -> streams.revise(second, http("http://localhost:3/"), CREATED.plusSeconds(4)));

        assertThat(third.revisionAt(CREATED.minusSeconds(1)).version()).isEqualTo(1);
        assertThat(third.revisionAt(CREATED.plusSeconds(5).minusMillis(1)).version())
                .isEqualTo(1);
        // The clock was set back: the third begins where the second did.
        assertThat(third.revisionAt(CREATED.plusSeconds(5)).version()).isEqualTo(3);
        assertThat(third.versionId()).isEqualTo("3");
        assertThat(third.destination()).isEqualTo(third.current().given().withDefaults());
    }

    @Test
    void revisionsAreKeptUntilTheyAreForgotten() {
        var stream = create("orders");
        var second = streams.inTurn(() -> streams.revise(stream, http("http://localhost:2/"), CREATED.plusSeconds(5)));
        streams.inTurn(() -> streams.revise(second, http("http://localhost:3/"), CREATED.plusSeconds(9)));
        restart();
        assertThat(streams.require(NAMESPACE, "orders").revisions()).hasSize(3);

        streams.forgetRevisionsBefore(stream, 2);
        assertThat(streams.require(NAMESPACE, "orders").revisions())
                .extracting(Revision::version)
                .containsExactly(2, 3);
        streams.forgetRevisionsBefore(stream, 99);
        restart();

        assertThat(streams.require(NAMESPACE, "orders").revisions())
                .extracting(Revision::version)
                .containsExactly(3);
    }

    @Test
    void aNameThatIsUsedAgainMeansAnotherDeliveryStream() {
        var first = create("orders");
        streams.inTurn(() -> streams.revise(first, http("http://localhost:2/"), CREATED));
        streams.inTurn(() -> {
            streams.delete(streams.require(NAMESPACE, "orders"));
            return first;
        });
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> streams.require(NAMESPACE, "orders"));
        restart();

        var second = create("orders");

        assertThat(second.id()).isGreaterThan(first.id());
        assertThat(second.revisions()).hasSize(1);
        // What still delivers the old one must not touch the new one.
        streams.inTurn(() -> streams.revise(second, http("http://localhost:2/"), CREATED));
        streams.forgetRevisionsBefore(first, 2);
        assertThat(streams.require(NAMESPACE, "orders").revisions()).hasSize(2);
    }

    @Test
    void whatCanNotBePreparedIsNotCreated() {
        assertThatIllegalStateException()
                .isThrownBy(() -> create("orders", _ -> {
                    throw new IllegalStateException("no room");
                }));

        assertThat(streams.find(NAMESPACE, "orders")).isEmpty();
        restart();
        assertThat(streams.all()).isEmpty();
        create("orders");
    }

    @Test
    void nobodySeesOneBeforeItIsPrepared() {
        create("orders", stream -> {
            assertThat(streams.find(NAMESPACE, "orders")).isEmpty();
            assertThat(stream.name()).isEqualTo("orders");
        });

        assertThat(streams.find(NAMESPACE, "orders")).isPresent();
        assertThat(streams.find(new Namespace("123456789012", "eu-west-2"), "orders"))
                .isEmpty();
    }

    private DeliveryStream create(String name) {
        return create(name, _ -> {});
    }

    private DeliveryStream create(String name, Consumer<DeliveryStream> prepared) {
        return streams.inTurn(() -> streams.create(
                new DeliveryStreams.Beginning(
                        new DeliveryStreamAddress(NAMESPACE, name),
                        new Source.DirectPut(Optional.of(7)),
                        Optional.empty(),
                        http("http://localhost:1/"),
                        Map.of(),
                        CREATED),
                prepared));
    }

    private static DestinationConfiguration http(String url) {
        return new DestinationConfiguration.HttpEndpoint(HttpEndpointDestinationConfiguration.builder()
                .endpointConfiguration(endpoint -> endpoint.url(url).accessKey("secret"))
                .s3Configuration(s3 -> s3.roleARN("role").bucketARN("arn:aws:s3:::b"))
                .build());
    }
}
