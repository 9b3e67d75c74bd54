package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.Batch;
import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.firehose.model.S3DestinationConfiguration;

/**
 * The intermediate bucket: a batch lies there as an object, with a manifest that names it, before it is copied, and stays.
 * Names come from the batch, so that a batch staged again overwrites.
 */
final class Stage {
    private static final DateTimeFormatter FOLDERS = DateTimeFormatter.ofPattern("uuuu/MM/dd/HH/");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm-ss");

    private final ObjectStore objects;
    private final String bucket;
    private final String prefix;
    private final boolean gzip;

    Stage(ObjectStore objects, S3DestinationConfiguration configuration, boolean gzip) {
        this.objects = objects;
        var arn = configuration.bucketARN();
        bucket = arn.substring(arn.lastIndexOf(':') + 1);
        prefix = configuration.prefix() == null ? "" : configuration.prefix();
        this.gzip = gzip;
    }

    /** Stages a batch; returns the manifest. */
    ObjectName put(Batch batch) {
        var object = object(batch);
        var attributes = gzip ? ObjectAttributes.BYTES.withContentEncoding("gzip") : ObjectAttributes.BYTES;
        try (var writer = objects.write(object, attributes);
                var records = batch.records()) {
            var content = gzip ? new GZIPOutputStream(writer.stream(), 1 << 16) : writer.stream();
            while (records.hasNext()) {
                content.write(records.next().data());
            }
            finish(content);
            writer.commit();
        } catch (IOException e) {
            throw new AssertionError("an object's stream says what went wrong unchecked", e);
        }
        var manifest = new ObjectName(bucket, prefix + "manifests/" + path(batch));
        objects.put(manifest, ObjectAttributes.BYTES, manifest(object));
        return manifest;
    }

    /** Tells of a batch that is staged and not copied; it lies where the manifests of what was copied are not. */
    void putErrorManifest(Batch batch) {
        objects.put(
                new ObjectName(bucket, prefix + "errors/manifests/" + path(batch)),
                ObjectAttributes.BYTES,
                manifest(object(batch)));
    }

    private ObjectName object(Batch batch) {
        return new ObjectName(bucket, prefix + path(batch) + (gzip ? ".gz" : ""));
    }

    private static void finish(OutputStream content) throws IOException {
        if (content instanceof GZIPOutputStream compressed) {
            compressed.finish();
        }
    }

    private static byte[] manifest(ObjectName object) {
        return ("{\"entries\":[{\"url\":\"s3://" + object.bucket() + "/" + object.key() + "\",\"mandatory\":true}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String path(Batch batch) {
        var time = batch.oldestArrival().atOffset(ZoneOffset.UTC);
        var stream = batch.stream();
        return FOLDERS.format(time) + stream.name() + "-" + stream.version() + "-" + SECONDS.format(time) + "-"
                + batch.id();
    }
}
