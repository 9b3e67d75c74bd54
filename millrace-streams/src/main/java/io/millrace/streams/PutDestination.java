package io.millrace.streams;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * Where the records of a batch go.
 *
 * @param account that the stream belongs to
 * @param shardIds the shard of each record, in the order of the batch
 * @param encryptionType how the stream stores them
 */
public record PutDestination(String account, String streamName, List<String> shardIds, EncryptionType encryptionType) {}
