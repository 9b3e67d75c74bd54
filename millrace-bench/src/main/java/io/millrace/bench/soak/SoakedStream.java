package io.millrace.bench.soak;

import java.util.List;

/**
 * A stream from its creation to its deletion.
 *
 * @param incarnation distinguishes it from the streams that had its name before
 * @param firstShardIds those it was created with
 */
record SoakedStream(String name, String consumerArn, long incarnation, List<String> firstShardIds, Ledger ledger) {}
