package io.millrace.firehose.rules;

import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.DestinationKind;
import io.millrace.firehose.definition.Destinations;
import io.millrace.model.InvalidArgumentException;
import java.util.Set;

/** Decides whether a destination may be as it was asked for. */
public final class DestinationRules {
    /** The two kinds that a destination may be changed between. */
    private static final Set<DestinationKind> CHANGEABLE = Set.of(DestinationKind.S3, DestinationKind.REDSHIFT);

    private DestinationRules() {}

    /**
     * Checks a destination as a creation gives it.
     *
     * @param region the delivery stream's
     */
    public static void require(DestinationConfiguration given, String region) {
        assert !region.isEmpty();
    }

    /** Checks an update and returns the destination with it. */
    public static DestinationConfiguration updated(
            DestinationConfiguration present, Destinations.Update update, String region) {
        if (present.kind() == update.kind()) {
            var merged = update.appliedTo(present);
            require(merged, region);
            return merged;
        }
        for (var kind : new DestinationKind[] {present.kind(), update.kind()}) {
            if (!CHANGEABLE.contains(kind)) {
                throw new InvalidArgumentException(
                        "Changing the destination type to or from " + kind.token() + " is not supported at this time.");
            }
        }
        var replacement = update.alone();
        require(replacement, region);
        return replacement;
    }
}
