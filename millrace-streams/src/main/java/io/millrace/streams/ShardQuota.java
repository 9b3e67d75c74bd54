package io.millrace.streams;

import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;

/** How many open shards an account may have in a region; asked in turn with the change that adds some. */
record ShardQuota(StreamDirectory directory, int limit) {
    /** Open shards, those that are still to open counted. */
    int open(Namespace namespace) {
        return directory.in(namespace).values().stream()
                .mapToInt(stream -> stream.state().openShardsToCome())
                .sum();
    }

    /** How many more there may be. */
    int room(Namespace namespace) {
        return Math.max(0, limit - open(namespace));
    }

    void requireRoomFor(Namespace namespace, int additional) {
        int open = open(namespace);
        // An account that is over its limit may still change what adds nothing.
        if (additional > 0 && (long) open + additional > limit) {
            throw new LimitExceededException("This request would exceed the shard limit for the account "
                    + namespace.account() + " in " + namespace.region()
                    + ". Current shard count for the account: " + open + ". Limit: " + limit
                    + ". Number of additional shards that would have resulted from this request: " + additional
                    + ". Refer to the AWS Service Limits page"
                    + " (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html)"
                    + " for current limits and how to request higher limits.");
        }
    }
}
