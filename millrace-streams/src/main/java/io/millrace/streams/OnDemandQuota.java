package io.millrace.streams;

import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/** How many on-demand streams an account may have in a region; asked in turn with the change that adds one. */
record OnDemandQuota(StreamDirectory directory, int limit) {
    int count(Namespace namespace) {
        return (int) directory.in(namespace).values().stream()
                .filter(stream -> stream.state().settings().mode() == StreamMode.ON_DEMAND)
                .count();
    }

    void requireRoom(Namespace namespace) {
        int there = count(namespace);
        if (there >= limit) {
            throw new LimitExceededException("This request would exceed the on-demand stream limit for the account "
                    + namespace.account() + " in " + namespace.region() + ". Current on-demand stream count: " + there
                    + ". Limit: " + limit + ".");
        }
    }
}
