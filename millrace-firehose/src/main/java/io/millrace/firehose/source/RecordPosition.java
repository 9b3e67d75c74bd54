package io.millrace.firehose.source;

/**
 * The place of a record in its source; the same on every reading, so that what is derived from it (document ids, row
 * numbers, object names) is the same too.
 *
 * @param shard the source shard's id, unique within the delivery stream
 * @param offset the place in the shard; grows, gaps are allowed
 * @param sub the place within the source record where processing took it apart; 0 where it did not
 */
public record RecordPosition(String shard, long offset, int sub) {}
