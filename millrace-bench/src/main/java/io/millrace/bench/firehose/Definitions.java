package io.millrace.bench.firehose;

import io.millrace.bench.requests.WebRequests;
import java.net.URI;
import java.util.stream.Collectors;

/** Delivery streams and what they need, in the API's own words. */
final class Definitions {
    static final String DATABASE = "bench";
    static final String TABLE = "requests";

    private static final String ROLE = "\"RoleARN\":\"arn:aws:iam::000000000000:role/any\"";

    /**
     * When a buffer is delivered.
     *
     * @param seconds 0 for at once
     */
    record Buffering(int mebibytes, int seconds) {
        static final Buffering NONE = new Buffering(1, 0);

        private String json() {
            return "\"BufferingHints\":{\"SizeInMBs\":" + mebibytes + ",\"IntervalInSeconds\":" + seconds + "}";
        }
    }

    private Definitions() {}

    /** A delivery stream that records are put into. */
    static String direct(String name, String destination) {
        return "{\"DeliveryStreamName\":\"" + name + "\"," + destination + "}";
    }

    /** One that follows a stream. */
    static String following(String stream, String name, String destination) {
        return "{\"DeliveryStreamName\":\"" + name + "\",\"DeliveryStreamType\":\"KinesisStreamAsSource\","
                + "\"KinesisStreamSourceConfiguration\":{\"KinesisStreamARN\":"
                + "\"arn:aws:kinesis:us-east-1:000000000000:stream/" + stream + "\"," + ROLE + "}," + destination + "}";
    }

    /** All objects of it lie in one folder: the prefix and the year. */
    static String bucket(String bucket, String prefix, Buffering buffering, String format) {
        return "\"ExtendedS3DestinationConfiguration\":{" + ROLE + "," + inBucket(bucket) + ",\"Prefix\":\"" + prefix
                + "!{timestamp:yyyy}/\",\"ErrorOutputPrefix\":\"errors/\"," + buffering.json() + "," + format + "}";
    }

    static String compression(String format) {
        return "\"CompressionFormat\":\"" + format + "\"";
    }

    /** To the columns of the one table. */
    static String conversion(String serializer) {
        return "\"DataFormatConversionConfiguration\":{\"Enabled\":true,\"SchemaConfiguration\":{" + ROLE
                + ",\"DatabaseName\":\"" + DATABASE + "\",\"TableName\":\"" + TABLE + "\",\"Region\":\"us-east-1\"},"
                + "\"InputFormatConfiguration\":{\"Deserializer\":{\"OpenXJsonSerDe\":{}}},"
                + "\"OutputFormatConfiguration\":{\"Serializer\":{\"" + serializer + "\":{}}}}";
    }

    static String endpoint(URI url, Buffering buffering) {
        return "\"HttpEndpointDestinationConfiguration\":{\"EndpointConfiguration\":{\"Url\":\"" + url
                + "\",\"Name\":\"bench\"}," + buffering.json() + "," + ROLE + ",\"S3Configuration\":{" + ROLE + ","
                + inBucket("missed") + "}}";
    }

    private static String inBucket(String bucket) {
        return "\"BucketARN\":\"arn:aws:s3:::" + bucket + "\"";
    }

    static String database() {
        return "{\"DatabaseInput\":{\"Name\":\"" + DATABASE + "\"}}";
    }

    static String table() {
        return WebRequests.COLUMNS.stream()
                .map(column -> "{\"Name\":\"" + column.name() + "\",\"Type\":\"" + column.type() + "\"}")
                .collect(Collectors.joining(
                        ",",
                        "{\"DatabaseName\":\"" + DATABASE + "\",\"TableInput\":{\"Name\":\"" + TABLE
                                + "\",\"StorageDescriptor\":{\"Columns\":[",
                        "]}}}"));
    }
}
