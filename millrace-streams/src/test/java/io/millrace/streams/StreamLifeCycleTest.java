package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class StreamLifeCycleTest {
    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
    }

    @AfterEach
    void close() {
        service.close();
    }

    @Test
    void createsAStreamThatTakesRecordsAndGivesThemBack() {
        service.create("orders", 3);

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);
        var stored = service.put("orders", "customer-1", "one");
        var page = service.read(service.iterator("orders", stored.shardId(), ShardIteratorType.TRIM_HORIZON));

        assertThat(page.records()).hasSize(1);
        assertThat(page.records().getFirst().sequenceNumber()).isEqualTo(stored.sequenceNumber());
        assertThat(Service.text(page.records().getFirst().data())).isEqualTo("one");
        assertThat(page.millisBehindLatest()).isZero();
        assertThat(service.contents("orders", stored.shardId())).containsExactly("one");
    }

    @Test
    void isCreatingUntilTheShardsAreThere() {
        service.streams.createStream(Service.CALLER, provisioned("orders", 2));

        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.CREATING);
        assertThat(service.describe("orders").shards()).isEmpty();
        assertThatThrownBy(() -> service.put("orders", "key", "data"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders under account 000000000000 not found.");

        service.settle();

        assertThat(service.describe("orders").shards()).hasSize(2);
    }

    @Test
    void refusesANameThatIsTaken() {
        service.create("orders", 1);

        assertThatThrownBy(() -> service.create("orders", 1))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 already exists.");
    }

    @Test
    void forgetsADeletedStreamAndItsRecords() {
        service.create("orders", 2);
        service.put("orders", "key", "data");

        service.streams.deleteStream(
                Service.CALLER,
                DeleteStreamRequest.builder().streamName("orders").build());
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.DELETING);
        service.settle();

        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
        assertThat(service.log.shardCount()).isZero();
        service.restart();
        assertThatThrownBy(() -> service.describe("orders")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void keepsStreamsRecordsAndNumbersOverARestart() {
        service.create("orders", 1);
        var stored = service.put("orders", "key", "before");
        var iterator = service.iterator("orders", stored.shardId(), ShardIteratorType.TRIM_HORIZON);

        service.restart();

        assertThat(service.read(iterator).records().getFirst().sequenceNumber()).isEqualTo(stored.sequenceNumber());
        service.put("orders", "key", "after");
        assertThat(service.contents("orders", stored.shardId())).isEqualTo(List.of("before", "after"));
    }

    private static CreateStreamRequest provisioned(String name, int shards) {
        return CreateStreamRequest.builder().streamName(name).shardCount(shards).build();
    }
}
