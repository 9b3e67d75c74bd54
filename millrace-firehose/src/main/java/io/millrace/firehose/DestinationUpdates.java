package io.millrace.firehose;

import io.millrace.firehose.conversion.TableSchemas;
import io.millrace.firehose.definition.DeliveryStream;
import io.millrace.firehose.definition.DeliveryStreams;
import io.millrace.firehose.definition.Descriptions;
import io.millrace.firehose.definition.Destinations;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.rules.DestinationRules;
import io.millrace.model.Caller;
import io.millrace.model.ConcurrentModificationException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.ResourceNotFoundException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationResponse;

/** UpdateDestination: its checks in AWS's order, and then the next version of the delivery stream. */
final class DestinationUpdates {
    private final DeliveryStreams streams;
    private final DeliveryStreamChanges changes;
    private final TableSchemas tables;
    private final InstantSource clock;
    private final ApiMeters meters;

    DestinationUpdates(
            DeliveryStreams streams,
            DeliveryStreamChanges changes,
            TableSchemas tables,
            InstantSource clock,
            ApiMeters meters) {
        this.streams = streams;
        this.changes = changes;
        this.tables = tables;
        this.clock = clock;
        this.meters = meters;
    }

    UpdateDestinationResponse update(Caller caller, UpdateDestinationRequest request) {
        long startNanos = meters.startNanos();
        streams.inTurn(() -> {
            var stream = require(caller, request.deliveryStreamName());
            requireVersion(stream, request.currentDeliveryStreamVersionId());
            requireDestination(request.destinationId());
            var update = Destinations.given(request);
            var present = stream.current().given();
            var identity = new StreamIdentity(
                    stream.account(), stream.region(), stream.name(), stream.arn(), stream.versionId());
            var next = DestinationRules.updated(present, update, stream.region(), new KnownTables(tables, identity));
            var revised = streams.revise(stream, next, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            changes.updated(revised);
            meters.updated(revised, startNanos);
            return revised;
        });
        return UpdateDestinationResponse.builder().build();
    }

    /** Unlike all other operations this one says "accountId". */
    private DeliveryStream require(Caller caller, String name) {
        return streams.find(caller.namespace(), name)
                .orElseThrow(() -> new ResourceNotFoundException("Firehose " + name + " under accountId "
                        + caller.namespace().account() + " not found."));
    }

    private static void requireVersion(DeliveryStream stream, String given) {
        if (!stream.versionId().equals(given)) {
            throw new ConcurrentModificationException("Cannot update firehose: " + stream.name()
                    + " since the current version id: " + stream.versionId() + " and specified version id: " + given
                    + " do not match");
        }
    }

    private static void requireDestination(String id) {
        if (!id.equals(Descriptions.DESTINATION_ID)) {
            throw new InvalidArgumentException("Destination Id " + id + " not found");
        }
    }
}
