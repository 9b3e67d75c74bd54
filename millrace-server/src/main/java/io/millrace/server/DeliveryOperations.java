package io.millrace.server;

import io.millrace.firehose.Firehose;

/** Joins Firehose's operations to the door. */
final class DeliveryOperations {
    private DeliveryOperations() {}

    static GuardedOperations add(GuardedOperations operations, Firehose firehose) {
        return operations
                .unary(io.millrace.model.Firehose.CREATE_DELIVERY_STREAM, firehose::createDeliveryStream)
                .unary(io.millrace.model.Firehose.DELETE_DELIVERY_STREAM, firehose::deleteDeliveryStream)
                .unary(io.millrace.model.Firehose.DESCRIBE_DELIVERY_STREAM, firehose::describeDeliveryStream)
                .unary(io.millrace.model.Firehose.LIST_DELIVERY_STREAMS, firehose::listDeliveryStreams)
                .unary(io.millrace.model.Firehose.UPDATE_DESTINATION, firehose::updateDestination)
                .unary(io.millrace.model.Firehose.TAG_DELIVERY_STREAM, firehose::tagDeliveryStream)
                .unary(io.millrace.model.Firehose.UNTAG_DELIVERY_STREAM, firehose::untagDeliveryStream)
                .unary(io.millrace.model.Firehose.LIST_TAGS_FOR_DELIVERY_STREAM, firehose::listTagsForDeliveryStream)
                .unary(
                        io.millrace.model.Firehose.START_DELIVERY_STREAM_ENCRYPTION,
                        firehose::startDeliveryStreamEncryption)
                .unary(
                        io.millrace.model.Firehose.STOP_DELIVERY_STREAM_ENCRYPTION,
                        firehose::stopDeliveryStreamEncryption)
                .parked(io.millrace.model.Firehose.PUT_RECORD, firehose::putRecord)
                .parked(io.millrace.model.Firehose.PUT_RECORD_BATCH, firehose::putRecordBatch);
    }
}
