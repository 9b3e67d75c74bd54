package io.millrace.bench.push;

import io.millrace.bench.arguments.Arguments;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is to be driven.
 *
 * @param consumers how many consumers subscribe to each of the shards
 * @param batchRecords records of one PutRecords
 * @param batchesPerSecond for each shard; 0 puts as fast as the answers come
 * @param warmUp records put before that is over count as errors only
 * @param jsonLines a file that the row is appended to as a line of JSON
 */
record PushOptions(
        URI endpoint,
        String server,
        int shards,
        int consumers,
        int recordBytes,
        int batchRecords,
        int batchesPerSecond,
        Duration warmUp,
        Duration measured,
        Optional<Path> jsonLines) {
    static final String USAGE = """
            PushDriver --endpoint URL [options]
              --server NAME             what the row calls the server (server)
              --shards N                shards of the stream (1)
              --consumers N             subscribers of each shard (1)
              --record-bytes N          size of a record's data, 18 at least (100)
              --batch-records N         records of one put (1)
              --batches-per-second N    puts to each shard; 0: as fast as the answers come (1000)
              --warm-up-seconds N       before measuring (0)
              --seconds N               how long records are put then (10)
              --json FILE               appends a line of JSON
            """;

    static PushOptions parse(Arguments arguments) {
        var options = new PushOptions(
                URI.create(arguments
                        .take("--endpoint")
                        .orElseThrow(() -> new IllegalArgumentException("--endpoint is missing"))),
                arguments.take("--server").orElse("server"),
                arguments.takeInt("--shards").orElse(1),
                arguments.takeInt("--consumers").orElse(1),
                arguments.takeInt("--record-bytes").orElse(100),
                arguments.takeInt("--batch-records").orElse(1),
                arguments.takeInt("--batches-per-second").orElse(1_000),
                arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ZERO),
                arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(10)),
                arguments.take("--json").map(Path::of));
        arguments.refuseTheRest();
        if (options.recordBytes < Marker.BYTES) {
            throw new IllegalArgumentException("--record-bytes must be " + Marker.BYTES + " at least");
        }
        return options;
    }
}
