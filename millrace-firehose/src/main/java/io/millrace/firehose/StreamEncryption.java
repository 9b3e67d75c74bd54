package io.millrace.firehose;

import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.Encryption;
import io.millrace.firehose.definition.Source;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamEncryptionConfigurationInput;
import software.amazon.awssdk.services.firehose.model.KeyType;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StartDeliveryStreamEncryptionResponse;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionRequest;
import software.amazon.awssdk.services.firehose.model.StopDeliveryStreamEncryptionResponse;

/**
 * StartDeliveryStreamEncryption and StopDeliveryStreamEncryption: what descriptions and replies to puts say of a delivery
 * stream's key, exactly. The bytes on the disk are the same with and without.
 */
final class StreamEncryption {
    private static final int ARN_PARTS = 6;
    private static final int ARN_REGION = 3;

    private final DeliveryStreams streams;
    private final DeliveryStreamChanges changes;
    private final InstantSource clock;

    StreamEncryption(DeliveryStreams streams, DeliveryStreamChanges changes, InstantSource clock) {
        this.streams = streams;
        this.changes = changes;
        this.clock = clock;
    }

    StartDeliveryStreamEncryptionResponse start(Caller caller, StartDeliveryStreamEncryptionRequest request) {
        streams.inTurn(() -> {
            var stream = streams.require(caller.namespace(), request.deliveryStreamName());
            requireOwnRecords(stream.source());
            var input = request.deliveryStreamEncryptionConfigurationInput();
            return change(stream, input == null ? ownedByAws() : requested(input, stream.region()));
        });
        return StartDeliveryStreamEncryptionResponse.builder().build();
    }

    StopDeliveryStreamEncryptionResponse stop(Caller caller, StopDeliveryStreamEncryptionRequest request) {
        streams.inTurn(() -> {
            var stream = streams.require(caller.namespace(), request.deliveryStreamName());
            requireOwnRecords(stream.source());
            return change(
                    stream,
                    stream.encryption().orElseGet(StreamEncryption::ownedByAws).stopped());
        });
        return StopDeliveryStreamEncryptionResponse.builder().build();
    }

    private DeliveryStream change(DeliveryStream stream, Encryption encryption) {
        int allowed = FirehoseLimits.ENCRYPTION_CHANGES_MAX;
        var window = FirehoseLimits.ENCRYPTION_CHANGES_WINDOW;
        var changed = streams.encrypt(stream, encryption, clock.instant(), window, allowed, () -> {
            throw new LimitExceededException("The encryption of Firehose " + stream.name() + " under account "
                    + stream.account() + " has been changed " + allowed + " times within " + window.toHours()
                    + " hours, which is the limit. Try again later.");
        });
        changes.updated(changed);
        return changed;
    }

    private static Encryption ownedByAws() {
        return new Encryption(KeyType.AWS_OWNED_CMK, Optional.empty(), true);
    }

    /** The encryption that a creation asks for. */
    static Optional<Encryption> atCreation(
            @Nullable DeliveryStreamEncryptionConfigurationInput input, Source source, String region) {
        if (input == null) {
            return Optional.empty();
        }
        requireOwnRecords(source);
        return Optional.of(requested(input, region));
    }

    private static Encryption requested(DeliveryStreamEncryptionConfigurationInput input, String region) {
        var keyArn = input.keyARN();
        if (input.keyType() != KeyType.CUSTOMER_MANAGED_CMK) {
            if (keyArn != null) {
                throw new InvalidArgumentException("KeyARN cannot be specified when KeyType is AWS_OWNED_CMK");
            }
            return ownedByAws();
        }
        if (keyArn == null) {
            throw new InvalidArgumentException("KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK");
        }
        if (!keyArn.split(":", ARN_PARTS)[ARN_REGION].equals(region)) {
            throw new InvalidArgumentException("Cross-region keys are not allowed for SSE. Please provide CMKs in the"
                    + " same region as firehose");
        }
        return new Encryption(KeyType.CUSTOMER_MANAGED_CMK, Optional.of(keyArn), true);
    }

    /** Records of the other sources are encrypted, or not, where they are. */
    private static void requireOwnRecords(Source source) {
        switch (source) {
            case Source.DirectPut _, Source.Database _ -> {}
            case Source.KinesisStream _, Source.KafkaTopic _ ->
                throw new InvalidArgumentException("Server side encryption from firehose is only allowed for direct put"
                        + " delivery streams and database as a source delivery streams");
        }
    }
}
