package io.millrace.bench.jmh;

import io.millrace.model.GetRecordsPage;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.Codecs;
import io.millrace.wire.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/** A page of 500 records of 1 KiB, written. Time for each record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GetRecordsCodec {
    @Param({"JSON", "CBOR"})
    Protocol protocol = Protocol.JSON;

    private final GetRecordsPage page = page();

    /** In the place of the door's pages. */
    private final ByteBuffer overflow = ByteBuffer.allocateDirect(2 * Requests.BATCH_RECORDS * Requests.RECORD_BYTES);

    @Benchmark
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public BodyWriter encodeReply() {
        overflow.clear();
        var body = new BodyWriter(overflow::put);
        Codecs.GET_RECORDS.encode(protocol, page, body);
        body.finish();
        return body;
    }

    private static GetRecordsPage page() {
        var records = new ArrayList<GetRecordsPage.DeliveredRecord>();
        for (int i = 0; i < Requests.BATCH_RECORDS; i++) {
            records.add(new GetRecordsPage.DeliveredRecord(
                    Requests.sequenceNumber(i),
                    1_760_000_000_000L + i,
                    ByteBuffer.wrap(Requests.key(i).getBytes(StandardCharsets.UTF_8))
                            .asReadOnlyBuffer(),
                    ByteBuffer.wrap(Requests.payload(i)).asReadOnlyBuffer(),
                    EncryptionType.NONE));
        }
        return new GetRecordsPage(records, "i".repeat(200), 0, List.of());
    }
}
