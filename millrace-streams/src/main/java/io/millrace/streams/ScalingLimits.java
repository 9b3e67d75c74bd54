package io.millrace.streams;

/** How far and how often UpdateShardCount may scale a stream. The account's shard quota holds in any case. */
public enum ScalingLimits {
    /** As far and as often as the owner likes. */
    OFF,
    /** As on AWS: to no more than double and no less than half at once, 10,000 shards at most, ten times in 24 hours. */
    AWS
}
