package io.millrace.cli;

import java.time.Duration;
import java.util.Map;

/**
 * How the source of a copy is doing.
 *
 * @param behind how far the copy of each shard is behind it, where that is known
 * @param unknownCount of how many shards that are still to be copied it is not known
 * @param trouble why a shard does not answer at the moment; empty if none is known that does not
 */
record SourceState(Map<String, Duration> behind, int unknownCount, String trouble) {}
