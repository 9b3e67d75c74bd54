package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.model.ValidationException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;

class RecordSizeLimitTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    private static final String SHARD = "shardId-000000000000";
    private static final int KIB = 1024;

    @TempDir
    Path directory;

    private Service service;

    @BeforeEach
    void open() {
        service = Service.in(directory);
        service.create("orders", 1);
    }

    @AfterEach
    void close() {
        service.close();
    }

    private void update(String arn, int kib) {
        service.streams.updateMaxRecordSize(
                Service.CALLER,
                UpdateMaxRecordSizeRequest.builder()
                        .streamARN(arn)
                        .maxRecordSizeInKiB(kib)
                        .build());
    }

    @Test
    void takesRecordsOfExactlyTheNewSize() {
        assertThatThrownBy(() -> service.put("orders", "k", "x".repeat(1024 * KIB)))
                .isInstanceOf(ValidationException.class);
        update(ARN, 10_240);
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.UPDATING);
        service.restart();
        service.settle();
        assertThat(service.describe("orders").streamStatus()).isEqualTo(StreamStatus.ACTIVE);

        service.put("orders", "k", "x".repeat(10_240 * KIB - 1));
        assertThatThrownBy(() -> service.put("orders", "k", "x".repeat(10_240 * KIB)))
                .isInstanceOf(ValidationException.class)
                .hasMessage("1 validation error detected: Value at 'data' failed to satisfy constraint: Member must"
                        + " have length less than or equal to 10485760");
    }

    @Test
    void whatIsStoredStaysReadableWhenTheLimitSinks() {
        update(ARN, 2048);
        service.settle();
        service.put("orders", "k", "x".repeat(2000 * KIB));
        update(ARN, 1024);
        service.settle();
        assertThat(service.contents("orders", SHARD))
                .singleElement()
                .satisfies(data -> assertThat(data).hasSize(2000 * KIB));
        assertThatThrownBy(() -> service.put("orders", "k", "x".repeat(2000 * KIB)))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void refusesUnknownStreamsAndThoseThatAreNotActive() {
        assertThatThrownBy(() -> update(ARN + "2", 2048))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessage("Stream orders2 under account 000000000000 not found.");
        assertThatThrownBy(() -> update(null, 2048)).isInstanceOf(ValidationException.class);
        update(ARN, 2048);
        assertThatThrownBy(() -> update(ARN, 4096))
                .isInstanceOf(ResourceInUseException.class)
                .hasMessage("Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING");
    }
}
