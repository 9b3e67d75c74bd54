package io.millrace.objects;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Large named blobs. Two implementations: plain files in a folder ({@link FolderObjectStore}), and any store that speaks
 * S3.
 *
 * <p>Every method blocks and says what went wrong by an {@link ObjectStoreException}. Safe for use by several threads; one
 * name is written by one writer at a time.
 */
public interface ObjectStore extends AutoCloseable {
    /** More than a page of a list holds. */
    int LIST_MAX = 1_000;

    /**
     * Begins an object. Nobody sees it before {@link ObjectWriter#commit}, and then at once and whole, in the place of
     * whatever had the name.
     */
    ObjectWriter write(ObjectName name, ObjectAttributes attributes);

    /** Writes an object that is at hand as a whole; durable when it returns. */
    default void put(ObjectName name, ObjectAttributes attributes, byte[] content) {
        try (var writer = write(name, attributes)) {
            writer.stream().write(content);
            writer.commit();
        } catch (IOException e) {
            throw new AssertionError("a writer's stream says what went wrong unchecked", e);
        }
    }

    /**
     * Opens an object from its first byte; reads the same object to its end even when another is written under its name.
     *
     * @throws ObjectStoreException.NoSuchObject if there is none
     */
    InputStream open(ObjectName name);

    /** What is known of an object without reading it; empty if there is none. */
    Optional<StoredObject> find(ObjectName name);

    default boolean exists(ObjectName name) {
        return find(name).isPresent();
    }

    /** Removes an object; no error if there is none. */
    void delete(ObjectName name);

    /**
     * The objects of a bucket whose keys begin with a prefix, in the order of the keys' UTF-8 bytes.
     *
     * @param after only keys behind this one; empty for all. The last key of a full page asks for the next
     * @param max how many at most, up to {@link #LIST_MAX}; fewer than that are all there are
     * @throws ObjectStoreException.NoSuchBucket if there is no such bucket
     */
    List<StoredObject> list(String bucket, String prefix, String after, int max);

    @Override
    void close();
}
