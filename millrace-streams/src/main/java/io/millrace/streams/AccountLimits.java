package io.millrace.streams;

import io.millrace.model.Caller;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsResponse;

/** DescribeLimits: the account's quotas in the region, and what is used of them. */
record AccountLimits(ShardQuota shards, OnDemandQuota onDemandStreams) {
    DescribeLimitsResponse describe(Caller caller) {
        return DescribeLimitsResponse.builder()
                .shardLimit(shards.limit())
                .openShardCount(shards.open(caller.namespace()))
                .onDemandStreamCount(onDemandStreams.count(caller.namespace()))
                .onDemandStreamCountLimit(onDemandStreams.limit())
                .build();
    }
}
