package io.millrace.streams;

import java.time.Duration;

/** The quotas and fixed sizes of the Kinesis Data Streams API. */
final class StreamLimits {
    static final int ON_DEMAND_SHARDS = 4;
    static final int STREAM_MAX_SHARDS = 10_000;
    static final int SHARD_COUNT_UPDATES_PER_DAY = 10;
    static final int RETENTION_MIN_HOURS = 24;
    static final int RETENTION_MAX_HOURS = 8_760;
    static final int RECORD_DEFAULT_KIB = 1_024;
    /** Data and partition keys of one PutRecords call together. */
    static final int PUT_RECORDS_MAX_BYTES = 10 * 1_024 * 1_024;

    static final long GET_RECORDS_MAX_BYTES = 10L * 1_024 * 1_024;
    static final int GET_RECORDS_MAX = 10_000;
    static final int DESCRIBE_STREAM_MAX_SHARDS = 100;
    static final int LIST_STREAMS_MAX = 100;
    static final int TAGS_MAX = 50;
    static final int ENCRYPTION_CHANGES_PER_DAY = 25;
    static final int CONSUMERS_MAX = 20;
    static final int CONSUMERS_MAX_COMMITTED = 50;
    static final int CONSUMERS_CREATING_MAX = 5;
    static final int LIST_CONSUMERS_MAX = 100;
    static final int RESOURCE_POLICY_MAX_BYTES = 20 * 1_024;
    static final int LIST_SHARDS_MAX = 1_000;
    /** Of ListShards and ListStreamConsumers; ListStreams' tokens are for ever. */
    static final Duration PAGE_TOKEN_LIFETIME = Duration.ofMinutes(5);

    /** How much one event of SubscribeToShard holds, if it holds more than one record. */
    static final long EVENT_MAX_BYTES = 1_024 * 1_024;

    static final int EVENT_MAX_RECORDS = 10_000;
    /** How long a subscription lasts. */
    static final Duration SUBSCRIPTION_LIFETIME = Duration.ofMinutes(5);
    /** A subscription that is younger can't be taken over. */
    static final Duration SUBSCRIPTION_SAFE = Duration.ofSeconds(5);

    private StreamLimits() {}
}
