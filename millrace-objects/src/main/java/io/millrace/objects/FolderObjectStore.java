package io.millrace.objects;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects as plain files that anyone can open: {@code <root>/<bucket>/<key>}. A bucket is made with its first object.
 *
 * <p>An object is written beside the buckets, synced, and then given its name, which is synced too. Nothing is opened, made
 * or locked before it is needed. What is said of an object beside its bytes ({@link ObjectAttributes}) is not kept; its key
 * is spelled as {@link FileNames} says. No object can have a key that is a folder of another's: {@code a} beside {@code a/b}.
 */
public final class FolderObjectStore implements ObjectStore {
    private final Path root;
    private final FileSteps files;
    private final FileNames names;
    // Guarded by this.
    private @Nullable Workplace workplace;
    private boolean closed;

    public FolderObjectStore(Path root) {
        this(root, new LocalFiles(), FileNames.ofThisProcess());
    }

    FolderObjectStore(Path root, FileSteps files, FileNames names) {
        this.root = root.toAbsolutePath().normalize();
        this.files = files;
        this.names = names;
    }

    @Override
    public ObjectWriter write(ObjectName name, ObjectAttributes attributes) {
        var path = path(name);
        try {
            return new FolderWriter(name, path, workplace());
        } catch (IOException e) {
            throw failure(name.toString(), e);
        }
    }

    private synchronized Workplace workplace() throws IOException {
        if (closed) {
            throw new ObjectStoreException.Unavailable("The object store is closed.", null);
        }
        if (workplace == null) {
            workplace = Workplace.open(root, files);
        }
        return workplace;
    }

    @Override
    public InputStream open(ObjectName name) {
        var path = path(name);
        try {
            if (Files.isDirectory(path)) {
                throw noSuchObject(name, null);
            }
            return Files.newInputStream(path);
        } catch (IOException e) {
            if (!isMissing(e)) {
                throw failure(name.toString(), e);
            }
            requireBucket(name.bucket());
            throw noSuchObject(name, e);
        }
    }

    private static ObjectStoreException noSuchObject(ObjectName name, @Nullable IOException cause) {
        return new ObjectStoreException.NoSuchObject("There is no object " + name + ".", cause);
    }

    @Override
    public Optional<StoredObject> find(ObjectName name) {
        try {
            var found = Files.readAttributes(path(name), BasicFileAttributes.class);
            return found.isDirectory() ? Optional.empty() : Optional.of(stored(name, found));
        } catch (IOException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw failure(name.toString(), e);
        }
    }

    static StoredObject stored(ObjectName name, BasicFileAttributes found) {
        return new StoredObject(name, found.size(), found.lastModifiedTime().toInstant());
    }

    @Override
    public void delete(ObjectName name) {
        var path = path(name);
        try {
            if (!Files.isDirectory(path)) {
                Files.deleteIfExists(path);
                removeEmptyFolders(name, path);
            }
        } catch (IOException e) {
            if (!isMissing(e)) {
                throw failure(name.toString(), e);
            }
        }
    }

    /** Folders mean nothing beside their objects, and an empty one would stand in the way of an object of its name. */
    private void removeEmptyFolders(ObjectName name, Path path) throws IOException {
        var bucket = root.resolve(name.bucket());
        for (var folder = path.getParent();
                folder != null && !folder.equals(bucket) && Files.isDirectory(folder);
                folder = folder.getParent()) {
            try {
                Files.delete(folder);
            } catch (FileSystemException _) {
                return; // it holds other objects
            }
            workplace().folders().forget(folder);
        }
    }

    @Override
    public List<StoredObject> list(String bucket, String prefix, String after, int max) {
        ObjectName.requireBucket(bucket);
        requireBucket(bucket);
        try {
            return new FolderList(bucket, names, prefix, after, max).of(root.resolve(bucket));
        } catch (IOException e) {
            throw failure(bucket, e);
        }
    }

    private void requireBucket(String bucket) {
        if (!Files.isDirectory(root.resolve(bucket))) {
            throw new ObjectStoreException.NoSuchBucket("There is no bucket " + bucket + " in " + root + ".", null);
        }
    }

    private Path path(ObjectName name) {
        var bucket = root.resolve(name.bucket());
        try {
            var path = bucket;
            for (var part : names.of(name.key())) {
                path = path.resolve(part);
            }
            if (!path.startsWith(bucket) || !path.normalize().equals(path)) {
                throw new ObjectStoreException.UnusableName("No file can have this key: " + name);
            }
            return path;
        } catch (InvalidPathException e) {
            throw new ObjectStoreException.UnusableName(
                    "No file of this system can have this key: " + name + " (" + e.getReason() + ")", e);
        }
    }

    private static boolean isMissing(IOException e) {
        return e instanceof NoSuchFileException
                || e instanceof NotDirectoryException
                || says(e, "Not a directory"); // a key below one that is an object
    }

    /** What an input or output error means for an object. */
    static ObjectStoreException failure(String object, IOException e) {
        var text = "Object " + object + ": " + e;
        if (e instanceof java.nio.file.AccessDeniedException || says(e, "Read-only file system")) {
            return new ObjectStoreException.AccessDenied(text, e);
        }
        if (says(e, "No space left on device")
                || says(e, "Disk quota exceeded")
                || says(e, "not enough space on the disk")) {
            return new ObjectStoreException.NoSpace(text, e);
        }
        if (says(e, "File name too long")) {
            return new ObjectStoreException.UnusableName("No file can have a path this long: " + object, e);
        }
        if (e instanceof FileAlreadyExistsException || says(e, "Is a directory") || says(e, "Not a directory")) {
            return new ObjectStoreException.UnusableName(
                    "One object's key is a folder of another's, which files can't be: " + object + " (" + e + ")", e);
        }
        return new ObjectStoreException.Unavailable(text, e);
    }

    private static boolean says(IOException e, String text) {
        return e.getMessage() != null && e.getMessage().contains(text);
    }

    /** Gives the folder free for another process; objects that are not committed by then never will be. */
    @Override
    public synchronized void close() {
        closed = true;
        if (workplace != null) {
            try {
                workplace.close();
            } catch (IOException e) {
                throw failure(root.toString(), e);
            }
        }
    }
}
