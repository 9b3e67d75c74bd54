package io.millrace.streams;

import java.util.List;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/**
 * Where the records of a batch go.
 *
 * @param shardIds the shard of each record, in the order of the batch
 * @param encryptionType how the stream stores them
 */
public record PutDestination(List<String> shardIds, EncryptionType encryptionType) {}
