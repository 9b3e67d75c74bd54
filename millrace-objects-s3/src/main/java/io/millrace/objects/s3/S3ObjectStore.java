package io.millrace.objects.s3;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStore;
import io.millrace.objects.ObjectStoreException;
import io.millrace.objects.ObjectWriter;
import io.millrace.objects.StoredObject;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Objects in a store that speaks S3. Buckets are made there, not here.
 *
 * <p>A writer holds one part, 8 MiB at most, in memory: a smaller object goes in one request, a larger one part by part, and
 * becomes visible when the last is there. What a crash leaves of a larger one is removed when the same object is written
 * again. The client is made with the first request, since loading it takes longer than all the rest of a server's start.
 */
public final class S3ObjectStore implements ObjectStore {
    private final S3Config config;
    // Guarded by this.
    private @Nullable S3Client client;
    private boolean closed;

    public S3ObjectStore(S3Config config) {
        this.config = config;
    }

    private synchronized S3Client client() {
        if (closed) {
            throw new ObjectStoreException.Unavailable("The object store is closed.", null);
        }
        if (client == null) {
            client = Clients.of(config);
        }
        return client;
    }

    @Override
    public ObjectWriter write(ObjectName name, ObjectAttributes attributes) {
        return new S3Writer(client(), name, attributes);
    }

    @Override
    public InputStream open(ObjectName name) {
        try {
            return client().getObject(request -> request.bucket(name.bucket()).key(name.key()));
        } catch (SdkException e) {
            throw Failures.of(name.toString(), e);
        }
    }

    @Override
    public Optional<StoredObject> find(ObjectName name) {
        try {
            var head =
                    client().headObject(request -> request.bucket(name.bucket()).key(name.key()));
            return Optional.of(new StoredObject(name, head.contentLength(), head.lastModified()));
        } catch (NoSuchKeyException _) {
            return Optional.empty();
        } catch (SdkException e) {
            throw Failures.of(name.toString(), e);
        }
    }

    @Override
    public void delete(ObjectName name) {
        try {
            client().deleteObject(request -> request.bucket(name.bucket()).key(name.key()));
        } catch (NoSuchKeyException _) {
            // Not every store finds that as good as AWS does.
        } catch (SdkException e) {
            throw Failures.of(name.toString(), e);
        }
    }

    @Override
    public List<StoredObject> list(String bucket, String prefix, String after, int max) {
        if (max < 1 || max > LIST_MAX) {
            throw new IllegalArgumentException("a list has 1 to " + LIST_MAX + " objects, not " + max);
        }
        try {
            var found = new ArrayList<StoredObject>();
            boolean more = true;
            while (more && found.size() < max) {
                var page = page(
                        bucket,
                        prefix,
                        found.isEmpty() ? after : found.getLast().name().key(),
                        max - found.size());
                page.contents()
                        .forEach(object -> found.add(new StoredObject(
                                new ObjectName(bucket, object.key()), object.size(), object.lastModified())));
                // Some stores have smaller pages than they are asked for.
                more = Boolean.TRUE.equals(page.isTruncated())
                        && !page.contents().isEmpty();
            }
            return found;
        } catch (SdkException e) {
            throw Failures.of(bucket, e);
        }
    }

    private ListObjectsV2Response page(String bucket, String prefix, String after, int max) {
        return client().listObjectsV2(request -> {
            request.bucket(bucket).maxKeys(max);
            if (!prefix.isEmpty()) {
                request.prefix(prefix);
            }
            if (!after.isEmpty()) {
                request.startAfter(after);
            }
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
