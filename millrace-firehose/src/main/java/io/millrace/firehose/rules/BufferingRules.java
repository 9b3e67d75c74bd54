package io.millrace.firehose.rules;

import io.millrace.model.InvalidArgumentException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.BufferingHints;

/** Hints of when to deliver; what each may be by itself is the model's. */
final class BufferingRules {
    /** Smaller columnar files and partitions are not worth their cost. */
    static final int LARGE_MIN_MIB = 64;

    private BufferingRules() {}

    /** Each kind of destination has its own class of hints, all with the same two members. */
    static void require(SdkPojo hints) {
        if (isGiven(hints, "SizeInMBs") != isGiven(hints, "IntervalInSeconds")) {
            throw new InvalidArgumentException(
                    "Both SizeInMBs and IntervalInSeconds are required to configure BufferingHints.");
        }
    }

    private static boolean isGiven(SdkPojo hints, String member) {
        var field = hints.sdkFieldNameToField().get(member);
        assert field != null : member;
        return field.getValueOrDefault(hints) != null;
    }

    static void requireForPartitions(BufferingHints hints) {
        if (hints.sizeInMBs() != null && hints.sizeInMBs() < LARGE_MIN_MIB) {
            throw new InvalidArgumentException("BufferingHints.SizeInMBs must be at least " + LARGE_MIN_MIB
                    + " when Dynamic Partitioning is enabled.");
        }
        if (hints.intervalInSeconds() != null && hints.intervalInSeconds() == 0) {
            throw new InvalidArgumentException(
                    "BufferingHints.IntervalInSeconds must be at least 1 when Dynamic Partitioning is enabled.");
        }
    }
}
