package io.millrace.server;

import io.millrace.model.Kinesis;
import io.millrace.server.faults.Faults;
import io.millrace.streams.Streams;

/** Joins Data Streams' operations to the door: which are served, and by what. */
final class DataStreams {
    private DataStreams() {}

    static GuardedOperations add(GuardedOperations operations, Streams streams, Faults faults) {
        return operations
                .unary(Kinesis.CREATE_STREAM, streams::createStream)
                .unary(Kinesis.DELETE_STREAM, streams::deleteStream)
                .unary(Kinesis.DESCRIBE_STREAM, streams::describeStream)
                .unary(Kinesis.DESCRIBE_STREAM_SUMMARY, streams::describeStreamSummary)
                .unary(Kinesis.LIST_STREAMS, streams::listStreams)
                .unary(Kinesis.LIST_SHARDS, streams::listShards)
                .unary(Kinesis.SPLIT_SHARD, streams::splitShard)
                .unary(Kinesis.MERGE_SHARDS, streams::mergeShards)
                .unary(Kinesis.UPDATE_SHARD_COUNT, streams::updateShardCount)
                .unary(Kinesis.UPDATE_STREAM_MODE, streams::updateStreamMode)
                .unary(Kinesis.UPDATE_STREAM_WARM_THROUGHPUT, streams::updateStreamWarmThroughput)
                .unary(Kinesis.DESCRIBE_LIMITS, streams::describeLimits)
                .unary(Kinesis.DESCRIBE_ACCOUNT_SETTINGS, streams::describeAccountSettings)
                .unary(Kinesis.UPDATE_ACCOUNT_SETTINGS, streams::updateAccountSettings)
                .unary(Kinesis.INCREASE_STREAM_RETENTION_PERIOD, streams::increaseStreamRetentionPeriod)
                .unary(Kinesis.DECREASE_STREAM_RETENTION_PERIOD, streams::decreaseStreamRetentionPeriod)
                .unary(Kinesis.REGISTER_STREAM_CONSUMER, streams::registerStreamConsumer)
                .unary(Kinesis.DESCRIBE_STREAM_CONSUMER, streams::describeStreamConsumer)
                .unary(Kinesis.LIST_STREAM_CONSUMERS, streams::listStreamConsumers)
                .unary(Kinesis.DEREGISTER_STREAM_CONSUMER, streams::deregisterStreamConsumer)
                .unary(Kinesis.GET_SHARD_ITERATOR, streams::getShardIterator)
                .unary(Kinesis.GET_RECORDS, streams::getRecords)
                .unary(Kinesis.ADD_TAGS_TO_STREAM, streams::addTagsToStream)
                .unary(Kinesis.REMOVE_TAGS_FROM_STREAM, streams::removeTagsFromStream)
                .unary(Kinesis.LIST_TAGS_FOR_STREAM, streams::listTagsForStream)
                .unary(Kinesis.TAG_RESOURCE, streams::tagResource)
                .unary(Kinesis.UNTAG_RESOURCE, streams::untagResource)
                .unary(Kinesis.LIST_TAGS_FOR_RESOURCE, streams::listTagsForResource)
                .unary(Kinesis.PUT_RESOURCE_POLICY, streams::putResourcePolicy)
                .unary(Kinesis.GET_RESOURCE_POLICY, streams::getResourcePolicy)
                .unary(Kinesis.DELETE_RESOURCE_POLICY, streams::deleteResourcePolicy)
                .events(Kinesis.SUBSCRIBE_TO_SHARD, streams::subscribeToShard)
                .unary(Kinesis.START_STREAM_ENCRYPTION, streams::startStreamEncryption)
                .unary(Kinesis.STOP_STREAM_ENCRYPTION, streams::stopStreamEncryption)
                .unary(Kinesis.ENABLE_ENHANCED_MONITORING, streams::enableEnhancedMonitoring)
                .unary(Kinesis.DISABLE_ENHANCED_MONITORING, streams::disableEnhancedMonitoring)
                .unary(Kinesis.UPDATE_MAX_RECORD_SIZE, streams::updateMaxRecordSize)
                .parked(Kinesis.PUT_RECORD, streams::putRecord)
                .parked(Kinesis.PUT_RECORDS, faults.batches(streams::putRecords));
    }
}
