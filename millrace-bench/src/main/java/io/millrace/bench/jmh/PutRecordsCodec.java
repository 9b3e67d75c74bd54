package io.millrace.bench.jmh;

import io.millrace.model.PutRecordsBatch;
import io.millrace.model.PutRecordsOutcome;
import io.millrace.wire.BodyWriter;
import io.millrace.wire.Codecs;
import io.millrace.wire.Protocol;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;

/** A PutRecords of 500 records of 1 KiB: its request read, its reply written. Time for each record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PutRecordsCodec {
    @Param({"JSON", "CBOR"})
    Protocol protocol = Protocol.JSON;

    private final PutRecordsOutcome outcome = outcome();
    private byte[] request = {};
    private byte[] body = {};

    @Setup
    public void prepare() {
        request = Requests.putRecords(protocol);
        body = new byte[request.length];
    }

    /** With the copy that the door makes of what arrives: decoding writes over it. */
    @Benchmark
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public PutRecordsBatch decodeRequest() {
        System.arraycopy(request, 0, body, 0, request.length);
        return Codecs.PUT_RECORDS.decode(protocol, body, 0, body.length);
    }

    @Benchmark
    @OperationsPerInvocation(Requests.BATCH_RECORDS)
    public BodyWriter encodeReply() {
        var body = new BodyWriter();
        Codecs.PUT_RECORDS.encode(protocol, outcome, body);
        return body;
    }

    private static PutRecordsOutcome outcome() {
        List<PutRecordsOutcome.RecordOutcome> records = new ArrayList<>();
        for (int i = 0; i < Requests.BATCH_RECORDS; i++) {
            records.add(new PutRecordsOutcome.Stored(
                    "shardId-000000000003", Requests.sequenceNumber(i), EncryptionType.NONE));
        }
        return new PutRecordsOutcome(records, EncryptionType.NONE);
    }
}
