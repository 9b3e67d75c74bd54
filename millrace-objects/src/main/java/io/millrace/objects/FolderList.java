package io.millrace.objects;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * One page of a bucket's objects. Looks through all folders that may hold some of them, and keeps no more than a page: folders
 * are not in the order of keys. Files whose names are not the spelling of a key are somebody else's.
 */
final class FolderList {
    private static final Comparator<String> BY_BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    private final String bucket;
    private final FileNames names;
    private final String prefix;
    private final String after;
    private final int max;
    private final TreeMap<String, StoredObject> page = new TreeMap<>(BY_BYTES);

    FolderList(String bucket, FileNames names, String prefix, String after, int max) {
        if (max < 1 || max > ObjectStore.LIST_MAX) {
            throw new IllegalArgumentException("a list has 1 to " + ObjectStore.LIST_MAX + " objects, not " + max);
        }
        this.bucket = bucket;
        this.names = names;
        this.prefix = prefix;
        this.after = after;
        this.max = max;
    }

    List<StoredObject> of(Path bucketFolder) throws IOException {
        look(bucketFolder, "");
        return List.copyOf(page.values());
    }

    private void look(Path folder, String keysBegin) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                try {
                    look(entry, keysBegin, Files.readAttributes(entry, BasicFileAttributes.class));
                } catch (NoSuchFileException | NotDirectoryException _) {
                    // It went while we looked.
                }
            }
        }
    }

    private void look(Path entry, String keysBegin, BasicFileAttributes found) throws IOException {
        var name = entry.getFileName().toString();
        if (found.isDirectory()) {
            var begin = FileNames.folder(keysBegin, name);
            if (begin.isPresent() && mayHoldSome(begin.get())) {
                look(entry, begin.get());
            }
            return;
        }
        var key = FileNames.file(keysBegin, name);
        if (key.isPresent() && isWanted(key.get()) && isSpelling(entry, key.get())) {
            page.put(key.get(), FolderObjectStore.stored(new ObjectName(bucket, key.get()), found));
            if (page.size() > max) {
                page.pollLastEntry();
            }
        }
    }

    /** Whether keys that begin like this can have the prefix and lie behind what was asked for. */
    private boolean mayHoldSome(String keysBegin) {
        return (keysBegin.startsWith(prefix) || prefix.startsWith(keysBegin))
                && (BY_BYTES.compare(keysBegin, after) > 0 || after.startsWith(keysBegin));
    }

    private boolean isWanted(String key) {
        return ObjectName.isKey(key) && key.startsWith(prefix) && BY_BYTES.compare(key, after) > 0;
    }

    private boolean isSpelling(Path file, String key) {
        var spelled = Path.of(bucket);
        for (var name : names.of(key)) {
            spelled = spelled.resolve(name);
        }
        return file.endsWith(spelled);
    }
}
