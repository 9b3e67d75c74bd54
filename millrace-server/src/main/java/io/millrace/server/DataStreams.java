package io.millrace.server;

import io.millrace.gateway.Operations;
import io.millrace.model.Kinesis;
import io.millrace.server.faults.Faults;
import io.millrace.streams.Streams;

/** Joins Data Streams' operations to the door: which are served, and by what. */
final class DataStreams {
    private DataStreams() {}

    static Operations operations(Streams streams, Faults faults) {
        var operations = new GuardedOperations(faults)
                .unary(Kinesis.CREATE_STREAM, streams::createStream)
                .unary(Kinesis.DELETE_STREAM, streams::deleteStream)
                .unary(Kinesis.DESCRIBE_STREAM, streams::describeStream)
                .unary(Kinesis.DESCRIBE_STREAM_SUMMARY, streams::describeStreamSummary)
                .unary(Kinesis.LIST_STREAMS, streams::listStreams)
                .unary(Kinesis.LIST_SHARDS, streams::listShards)
                .unary(Kinesis.SPLIT_SHARD, streams::splitShard)
                .unary(Kinesis.MERGE_SHARDS, streams::mergeShards)
                .unary(Kinesis.INCREASE_STREAM_RETENTION_PERIOD, streams::increaseStreamRetentionPeriod)
                .unary(Kinesis.DECREASE_STREAM_RETENTION_PERIOD, streams::decreaseStreamRetentionPeriod)
                .unary(Kinesis.GET_SHARD_ITERATOR, streams::getShardIterator)
                .unary(Kinesis.GET_RECORDS, streams::getRecords)
                .parked(Kinesis.PUT_RECORD, streams::putRecord)
                .parked(Kinesis.PUT_RECORDS, faults.batches(streams::putRecords))
                .operations();
        Kinesis.ALL.stream().filter(operation -> !operations.serves(operation)).forEach(operations::known);
        return operations;
    }
}
