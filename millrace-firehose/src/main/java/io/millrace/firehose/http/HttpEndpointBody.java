package io.millrace.firehose.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.firehose.model.ContentEncoding;

/** The body of a request to an HTTP endpoint: {@code {"requestId":..,"timestamp":..,"records":[{"data":..},..]}}. */
final class HttpEndpointBody {
    /** Both bounds are the contract's; the second holds before compression. */
    private static final int RECORDS_MAX_COUNT = 10_000;

    private static final long BODY_MAX_BYTES = 64L << 20;
    private static final byte[] BEFORE_DATA = "{\"data\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_DATA = "\"}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "]}".getBytes(StandardCharsets.US_ASCII);

    private HttpEndpointBody() {}

    /** Writes as many records as one request may hold, at least one; returns how many. */
    static int write(
            PeekedRecords records, String requestId, long timestampMillis, ContentEncoding encoding, RequestBody body)
            throws IOException {
        if (encoding != ContentEncoding.GZIP) {
            return write(records, requestId, timestampMillis, body);
        }
        var compressed = new GZIPOutputStream(body, 1 << 16);
        int count = write(records, requestId, timestampMillis, compressed);
        compressed.finish();
        return count;
    }

    private static int write(PeekedRecords records, String requestId, long timestampMillis, OutputStream body)
            throws IOException {
        var head = "{\"requestId\":\"" + requestId + "\",\"timestamp\":" + timestampMillis + ",\"records\":[";
        body.write(head.getBytes(StandardCharsets.US_ASCII));
        long length = (long) head.length() + END.length;
        int count = 0;
        while (records.hasNext() && count < RECORDS_MAX_COUNT) {
            length += encodedBytes(records.peek().data().length) + BEFORE_DATA.length + AFTER_DATA.length + 1;
            if (count > 0 && length > BODY_MAX_BYTES) {
                break;
            }
            if (count > 0) {
                body.write(',');
            }
            body.write(BEFORE_DATA);
            body.write(Base64.getEncoder().encode(records.next().data()));
            body.write(AFTER_DATA);
            count++;
        }
        body.write(END);
        return count;
    }

    private static long encodedBytes(int bytes) {
        return (bytes + 2L) / 3 * 4;
    }
}
