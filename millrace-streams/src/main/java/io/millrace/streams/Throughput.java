package io.millrace.streams;

/** What flows into a shard or a stream. */
record Throughput(double bytesPerSecond, double recordsPerSecond) {
    /** What one shard takes on AWS, and is therefore counted on to take. */
    static final Throughput OF_A_SHARD = new Throughput(1_024 * 1_024, 1_000);

    static final Throughput NONE = new Throughput(0, 0);

    /** As much as flows into so many shards when they are full. */
    static Throughput ofShards(double count) {
        return new Throughput(OF_A_SHARD.bytesPerSecond * count, OF_A_SHARD.recordsPerSecond * count);
    }

    /** How many shards it fills: by bytes or by records, whichever is more. */
    double shards() {
        return Math.max(bytesPerSecond / OF_A_SHARD.bytesPerSecond, recordsPerSecond / OF_A_SHARD.recordsPerSecond);
    }

    Throughput max(Throughput other) {
        return new Throughput(
                Math.max(bytesPerSecond, other.bytesPerSecond), Math.max(recordsPerSecond, other.recordsPerSecond));
    }
}
