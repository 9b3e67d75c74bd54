package io.millrace.bench.load;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes requests for one stream at one endpoint. */
final class Calls {
    private static final int HTTP_PORT = 80;

    /** Whose operation it is: the beginning of its target, and what its signature is for. */
    private enum Service {
        KINESIS("Kinesis_20131202.", "kinesis"),
        FIREHOSE("Firehose_20150804.", "firehose");

        private final String targetPrefix;
        private final String dummySignature;

        Service(String targetPrefix, String signedFor) {
            this.targetPrefix = targetPrefix;
            dummySignature = "X-Amz-Date: 20260101T000000Z\r\n"
                    + "Authorization: AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/" + signedFor
                    + "/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64) + "\r\n";
        }
    }

    private final URI endpoint;
    private final String stream;
    private final Encoding encoding;
    private final Signature signature;

    Calls(URI endpoint, String stream, Encoding encoding, Signature signature) {
        this.endpoint = endpoint;
        this.stream = stream;
        this.encoding = encoding;
        this.signature = signature;
    }

    Encoding encoding() {
        return encoding;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(endpoint.getHost(), endpoint.getPort() < 0 ? HTTP_PORT : endpoint.getPort());
    }

    /** One PutRecords for every {@code batchRecords} of the corpus, which they must divide. */
    List<HttpCall> putRecords(Corpus corpus, int batchRecords) {
        assert corpus.count() % batchRecords == 0 : corpus.count() + " records in batches of " + batchRecords;
        var calls = new ArrayList<HttpCall>();
        for (int first = 0; first < corpus.count(); first += batchRecords) {
            var body = encoding.writer()
                    .map(2)
                    .name("StreamName")
                    .text(stream)
                    .name("Records")
                    .list(batchRecords);
            for (int number = first; number < first + batchRecords; number++) {
                body.map(2)
                        .name("Data")
                        .blob(corpus.payload(number))
                        .name("PartitionKey")
                        .text(corpus.key(number))
                        .endMap();
            }
            calls.add(call("PutRecords", body.endList().endMap()));
        }
        return calls;
    }

    /** One PutRecordBatch for every {@code batchRecords} of the corpus, which they must divide. */
    List<HttpCall> putRecordBatch(Corpus corpus, int batchRecords) {
        assert corpus.count() % batchRecords == 0 : corpus.count() + " records in batches of " + batchRecords;
        var calls = new ArrayList<HttpCall>();
        for (int first = 0; first < corpus.count(); first += batchRecords) {
            var body = encoding.writer()
                    .map(2)
                    .name("DeliveryStreamName")
                    .text(stream)
                    .name("Records")
                    .list(batchRecords);
            for (int number = first; number < first + batchRecords; number++) {
                body.map(1).name("Data").blob(corpus.payload(number)).endMap();
            }
            calls.add(call(Service.FIREHOSE, "PutRecordBatch", body.endList().endMap()));
        }
        return calls;
    }

    /** One PutRecord for each record of the corpus. */
    List<HttpCall> putRecord(Corpus corpus) {
        var calls = new ArrayList<HttpCall>();
        for (int number = 0; number < corpus.count(); number++) {
            var body = encoding.writer()
                    .map(3)
                    .name("StreamName")
                    .text(stream)
                    .name("Data")
                    .blob(corpus.payload(number))
                    .name("PartitionKey")
                    .text(corpus.key(number))
                    .endMap();
            calls.add(call("PutRecord", body));
        }
        return calls;
    }

    HttpCall shardIteratorAtTrimHorizon(String shardId) {
        var body = encoding.writer()
                .map(3)
                .name("StreamName")
                .text(stream)
                .name("ShardId")
                .text(shardId)
                .name("ShardIteratorType")
                .text("TRIM_HORIZON")
                .endMap();
        return call("GetShardIterator", body);
    }

    HttpCall getRecords(String shardIterator, int limit) {
        var body = encoding.writer()
                .map(2)
                .name("ShardIterator")
                .text(shardIterator)
                .name("Limit")
                .number(limit)
                .endMap();
        return call("GetRecords", body);
    }

    HttpCall createStream(int shards) {
        var body = encoding.writer()
                .map(2)
                .name("StreamName")
                .text(stream)
                .name("ShardCount")
                .number(shards)
                .endMap();
        return call("CreateStream", body);
    }

    HttpCall describeStream(String exclusiveStartShardId) {
        var body = encoding.writer().map(exclusiveStartShardId.isEmpty() ? 1 : 2);
        body.name("StreamName").text(stream);
        if (!exclusiveStartShardId.isEmpty()) {
            body.name("ExclusiveStartShardId").text(exclusiveStartShardId);
        }
        return call("DescribeStream", body.endMap());
    }

    HttpCall deleteStream() {
        return call(
                "DeleteStream",
                encoding.writer().map(1).name("StreamName").text(stream).endMap());
    }

    private HttpCall call(String operation, MessageWriter message) {
        return call(Service.KINESIS, operation, message);
    }

    private HttpCall call(Service service, String operation, MessageWriter message) {
        var body = message.toByteArray();
        var head = "POST / HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\nX-Amz-Target: " + service.targetPrefix
                + operation + "\r\nContent-Type: " + encoding.contentType() + "\r\n" + authorization(service)
                + "Content-Length: " + body.length + "\r\n\r\n";
        var headBytes = head.getBytes(StandardCharsets.US_ASCII);
        return new HttpCall(ByteBuffer.allocateDirect(headBytes.length + body.length)
                .put(headBytes)
                .put(body)
                .flip());
    }

    private String authorization(Service service) {
        return switch (signature) {
            case DUMMY -> service.dummySignature;
            case NONE -> "";
        };
    }
}
