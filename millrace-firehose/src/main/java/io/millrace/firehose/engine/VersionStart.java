package io.millrace.firehose.engine;

/** From this offset on the records of a source shard go by this version of the delivery stream, until another begins. */
record VersionStart(int version, long fromOffset) {}
