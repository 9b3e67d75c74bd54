package io.millrace.log;

/** One shard's part of an append. */
public record ShardAppend(ShardKey shard, RecordBatch batch) {}
