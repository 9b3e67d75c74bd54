package io.millrace.bench.load;

import io.millrace.bench.arguments.Arguments;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What to drive, and how hard.
 *
 * @param endpoint any Kinesis endpoint that speaks plain HTTP
 * @param keysForShards as many different keys are put as reach each of so many shards
 * @param connections how many to use in each scenario, instead of its usual number
 * @param threads the driver's own; each serves its share of the connections
 * @param batchRecords records in a PutRecords, 1 to 500
 * @param recordBytes data bytes of a record in batches
 * @param smallRecordBytes data bytes of a record that is put alone
 * @param catchUpMax how long followers may take after the last put to read the rest
 * @param fillMaxBytes how many data bytes are put before they are drained, at most; filling also ends after as long as
 *     is measured
 * @param serverPid the server's process, if it runs on this machine, so that its CPU time can be told
 * @param repeats how often each scenario is run, one round after the other
 * @param coldDirectory where the server keeps what it was put; leaves the page cache before a cold drain
 * @param deliveryStream one that is there, for put-record-batch
 * @param jsonLines a file that each row is appended to as one line of JSON
 */
record LoadOptions(
        URI endpoint,
        String server,
        List<Scenario> scenarios,
        List<Encoding> encodings,
        int shards,
        int keysForShards,
        OptionalInt connections,
        int threads,
        int batchRecords,
        int recordBytes,
        int smallRecordBytes,
        Duration warmUp,
        Duration measured,
        Duration catchUpMax,
        long fillMaxBytes,
        Signature signature,
        OptionalLong serverPid,
        int repeats,
        Optional<Path> coldDirectory,
        Optional<String> deliveryStream,
        Optional<Path> jsonLines) {
    static final String USAGE = """
            LoadDriver --endpoint URL [options]
              --server NAME          what the rows call it                      (millrace)
              --scenarios A,B        put-records,put-record,get-records,mixed   (all)
              --encodings A,B        json,cbor                                  (both)
              --shards N             of the stream it creates                   (4)
              --keys-for-shards N    puts as many different records as so many shards want (as there are)
              --connections N        instead of the scenario's usual number
              --threads N            of the driver                              (1)
              --batch-records N      in a PutRecords                            (500)
              --record-bytes N       in batches                                 (1024)
              --small-record-bytes N put alone                                  (100)
              --warm-up-seconds N    before measuring                           (3)
              --seconds N            measured                                   (10)
              --catch-up-seconds N   for followers, after the last put          (30)
              --fill-max-bytes N     put before draining                        (536870912)
              --signature none       leaves the Authorization header out        (dummy)
              --repeats N            rounds of all scenarios                    (1)
              --cold-dir DIR         the server's files, for cold-drain, which has to be asked for
              --delivery-stream NAME for put-record-batch, which has to be asked for: one that is there
              --server-pid PID       tells the server's CPU time too
              --json FILE            appends a line of JSON for each row
            """;
    private static final int BATCH_MAX_RECORDS = 500;

    LoadOptions {
        if (!"http".equals(endpoint.getScheme()) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("--endpoint must be an http URL, not " + endpoint);
        }
        if (batchRecords < 1 || batchRecords > BATCH_MAX_RECORDS) {
            throw new IllegalArgumentException("--batch-records must be 1 to " + BATCH_MAX_RECORDS);
        }
        if (shards < 1 || threads < 1 || recordBytes < 1 || smallRecordBytes < 1) {
            throw new IllegalArgumentException("--shards, --threads and sizes must be at least 1");
        }
    }

    static LoadOptions parse(Arguments arguments) {
        int shards = arguments.takeInt("--shards").orElse(4);
        return new LoadOptions(
                URI.create(arguments
                        .take("--endpoint")
                        .orElseThrow(() -> new IllegalArgumentException("--endpoint is missing"))),
                arguments.take("--server").orElse("millrace"),
                list(arguments.take("--scenarios"), "put-records,put-record,get-records,mixed")
                        .map(Scenario::labelled)
                        .toList(),
                list(arguments.take("--encodings"), "json,cbor")
                        .map(name -> Encoding.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList(),
                shards,
                arguments.takeInt("--keys-for-shards").orElse(shards),
                arguments.takeInt("--connections"),
                arguments.takeInt("--threads").orElse(1),
                arguments.takeInt("--batch-records").orElse(500),
                arguments.takeInt("--record-bytes").orElse(1024),
                arguments.takeInt("--small-record-bytes").orElse(100),
                arguments.takeSeconds("--warm-up-seconds").orElse(Duration.ofSeconds(3)),
                arguments.takeSeconds("--seconds").orElse(Duration.ofSeconds(10)),
                arguments.takeSeconds("--catch-up-seconds").orElse(Duration.ofSeconds(30)),
                arguments.takeInt("--fill-max-bytes").orElse(512 << 20),
                Signature.valueOf(arguments.take("--signature").orElse("dummy").toUpperCase(Locale.ROOT)),
                arguments
                        .take("--server-pid")
                        .map(pid -> OptionalLong.of(Long.parseLong(pid)))
                        .orElse(OptionalLong.empty()),
                arguments.takeInt("--repeats").orElse(1),
                arguments.take("--cold-dir").map(Path::of),
                arguments.take("--delivery-stream"),
                arguments.take("--json").map(Path::of));
    }

    private static Stream<String> list(Optional<String> given, String otherwise) {
        return Stream.of(given.orElse(otherwise).split(",", -1));
    }
}
