package io.millrace.firehose.engine;

/** From this offset on a source shard's records go by this version of the delivery stream, until another begins. */
record VersionStart(int version, long fromOffset) {}
