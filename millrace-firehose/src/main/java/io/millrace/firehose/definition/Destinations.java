package io.millrace.firehose.definition;

import io.millrace.model.InvalidArgumentException;
import java.util.ArrayList;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;

/** Finds the one destination in requests that have a member for each kind. */
public final class Destinations {
    private static final String PLAIN_S3_CONFIGURATION = "S3DestinationConfiguration";
    private static final String PLAIN_S3_UPDATE = "S3DestinationUpdate";

    private Destinations() {}

    /** What an update asks for: changes to a destination of this kind, or a new destination. */
    public record Update(DestinationKind kind, SdkPojo members) {
        /** A destination with what this update mentions. */
        public DestinationConfiguration appliedTo(DestinationConfiguration present) {
            assert present.kind() == kind : present.kind();
            return kind.typed(Members.updated(present.configuration(), members));
        }

        /** A destination of nothing but what this update mentions; it may lack what every destination needs. */
        public DestinationConfiguration alone() {
            return kind.typed(Members.configured(members, kind.builder()));
        }
    }

    /** @throws InvalidArgumentException if there are none or several */
    public static DestinationConfiguration given(CreateDeliveryStreamRequest request) {
        var found = new ArrayList<DestinationConfiguration>();
        member(request, PLAIN_S3_CONFIGURATION)
                .ifPresent(plain ->
                        found.add(DestinationKind.S3.typed(Members.configured(plain, DestinationKind.S3.builder()))));
        for (var kind : DestinationKind.values()) {
            member(request, kind.configurationMember()).map(kind::typed).ifPresent(found::add);
        }
        if (found.size() != 1) {
            throw notOne();
        }
        return found.getFirst();
    }

    /** @throws InvalidArgumentException if there are none or several */
    public static Update given(UpdateDestinationRequest request) {
        var found = new ArrayList<Update>();
        member(request, PLAIN_S3_UPDATE).ifPresent(plain -> found.add(new Update(DestinationKind.S3, plain)));
        for (var kind : DestinationKind.values()) {
            member(request, kind.updateMember()).ifPresent(update -> found.add(new Update(kind, update)));
        }
        if (found.size() != 1) {
            throw notOne();
        }
        return found.getFirst();
    }

    private static Optional<SdkPojo> member(SdkPojo request, String name) {
        var field = request.sdkFieldNameToField().get(name);
        return field != null && field.getValueOrDefault(request) instanceof SdkPojo given
                ? Optional.of(given)
                : Optional.empty();
    }

    private static InvalidArgumentException notOne() {
        return new InvalidArgumentException("Exactly one destination configuration is supported for a Firehose");
    }
}
