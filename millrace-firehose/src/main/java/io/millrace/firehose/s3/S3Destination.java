package io.millrace.firehose.s3;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStore;
import io.millrace.objects.ObjectStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** One object a batch, in a bucket. The same batch makes the same object: delivering it again changes nothing. */
final class S3Destination implements Destination {
    private final String name;
    private final Supplier<ObjectStore> store;
    private final String bucket;
    private final BiFunction<Batch, ObjectFormat, String> keys;
    private final ObjectFormat format;
    private final ObjectAttributes attributes;
    private final Duration retryDuration;

    /**
     * @param name in metrics
     * @param store opened when the first object is written
     * @param keys the key of a batch's object
     */
    S3Destination(
            String name,
            Supplier<ObjectStore> store,
            String bucket,
            BiFunction<Batch, ObjectFormat, String> keys,
            ObjectFormat format,
            ObjectAttributes attributes,
            Duration retryDuration) {
        this.name = name;
        this.store = store;
        this.bucket = bucket;
        this.keys = keys;
        this.format = format;
        this.attributes = attributes;
        this.retryDuration = retryDuration;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String errorOutputType() {
        return format.errorOutputType();
    }

    @Override
    public Duration retryDuration() {
        return retryDuration;
    }

    @Override
    public Map<String, String> details(DeliveryRecord record) {
        return format.details(record);
    }

    @Override
    public Attempt attempt(Batch batch) {
        try {
            return write(batch);
        } catch (ObjectKeys.PrefixTooLongException e) {
            return refused("S3.PrefixTooLong", e, Remedy.GIVE_UP);
        } catch (ObjectFormat.NotReadyException e) {
            return refused(e.code(), e, Remedy.RETRY);
        } catch (ObjectStoreException e) {
            return refused(e);
        } catch (IOException e) {
            return refused("S3.InternalError", e, Remedy.RETRY);
        } catch (UncheckedIOException e) {
            return refused("S3.InternalError", e, Remedy.RETRY);
        }
    }

    private Attempt write(Batch batch) throws IOException {
        var object = new ObjectName(bucket, keys.apply(batch, format));
        ObjectFormat.Written written;
        try (var writer = store.get().write(object, attributes)) {
            written = format.write(batch, writer.stream());
            if (written.records() > 0) {
                writer.commit();
            }
        }
        return written.unfit().isEmpty() ? new Attempt.Delivered() : new Attempt.Partly(written.unfit());
    }

    private static Attempt refused(ObjectStoreException e) {
        return switch (e) {
            case ObjectStoreException.NoSuchBucket _ -> refused("S3.NoSuchBucket", e, Remedy.RETRY);
            case ObjectStoreException.AccessDenied _ -> refused("S3.AccessDenied", e, Remedy.RETRY);
            case ObjectStoreException.NoSpace _ -> refused("S3.NoSpace", e, Remedy.RETRY);
            case ObjectStoreException.UnusableName _ -> refused("S3.UnusableName", e, Remedy.GIVE_UP);
            case ObjectStoreException.Refused why -> refused("S3." + why.code(), e, Remedy.RETRY);
            case ObjectStoreException.NoSuchObject _, ObjectStoreException.Unavailable _ ->
                refused("S3.InternalError", e, Remedy.RETRY);
        };
    }

    private static Attempt refused(String code, Exception e, Remedy remedy) {
        return new Attempt.Refused(new Failure(code, String.valueOf(e.getMessage()), remedy));
    }

    @Override
    public void close() {
        // The store serves all delivery streams.
    }
}
