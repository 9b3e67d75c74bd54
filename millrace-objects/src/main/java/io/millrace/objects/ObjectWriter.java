package io.millrace.objects;

import java.io.OutputStream;

/**
 * An object on its way into a store. Used by one thread at a time, and always closed.
 *
 * <pre>{@code
 * try (var writer = store.write(name, attributes)) {
 *     format.writeTo(writer.stream());
 *     writer.commit();
 * }
 * }</pre>
 */
public interface ObjectWriter extends AutoCloseable {
    /**
     * Where the object's bytes go. Closing the stream ends nothing, so that formats may close what they write to. It throws
     * no IOException but an {@link ObjectStoreException} like everything here, which passes through libraries untouched.
     */
    OutputStream stream();

    /**
     * Makes the object visible under its name; durable when it returns. If it throws, the object may or may not be there,
     * but never half of it; writing the same again is harmless.
     */
    void commit();

    /** Leaves nothing behind if the object was not committed. */
    @Override
    void close();
}
