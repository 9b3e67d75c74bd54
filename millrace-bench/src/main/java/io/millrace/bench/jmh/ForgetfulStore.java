package io.millrace.bench.jmh;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStore;
import io.millrace.objects.ObjectStoreException;
import io.millrace.objects.ObjectWriter;
import io.millrace.objects.StoredObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Takes objects and keeps none, so that what is measured is what makes them. */
final class ForgetfulStore implements ObjectStore {
    @Override
    public ObjectWriter write(ObjectName name, ObjectAttributes attributes) {
        return new ObjectWriter() {
            @Override
            public OutputStream stream() {
                return OutputStream.nullOutputStream();
            }

            @Override
            public void commit() {
                // It is gone already.
            }

            @Override
            public void close() {
                // Nothing was opened.
            }
        };
    }

    @Override
    public InputStream open(ObjectName name) {
        throw new ObjectStoreException.NoSuchObject("nothing is kept, " + name + " neither", null);
    }

    @Override
    public Optional<StoredObject> find(ObjectName name) {
        return Optional.empty();
    }

    @Override
    public void delete(ObjectName name) {
        // There is none.
    }

    @Override
    public List<StoredObject> list(String bucket, String prefix, String after, int max) {
        return List.of();
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
