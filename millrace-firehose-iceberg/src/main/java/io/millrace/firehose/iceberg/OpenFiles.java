package io.millrace.firehose.iceberg;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.PartitionKey;

/**
 * The files that one attempt is writing, of all its tables and their partitions. Only so many are open at once, and they share
 * a bounded amount of memory: the one that was not written to for longest ends to make room. Used by one thread.
 */
final class OpenFiles {
    private static final int FILES_MAX_COUNT = 32;
    private static final long MEMORY_MAX_BYTES = 24L << 20;

    /** What a file holds. */
    enum Content {
        ROWS,
        DELETED_KEYS
    }

    private record Key(TableWriter table, Content content, PartitionKey partition) {}

    private final Map<Key, RowFile> files = new LinkedHashMap<>(16, 0.75f, true);

    /** The file for such rows, opened if there is none. The partition key is copied. */
    RowFile of(TableWriter table, Content content, PartitionKey partition) throws IOException {
        var open = files.get(new Key(table, content, partition));
        if (open != null) {
            return open;
        }
        if (files.size() == FILES_MAX_COUNT) {
            finish(files.keySet().iterator().next());
        }
        var key = new Key(table, content, partition.copy());
        var file = table.open(content, key.partition);
        files.put(key, file);
        return file;
    }

    long shareBytes() {
        return MEMORY_MAX_BYTES / files.size();
    }

    void end(TableWriter table, Content content, PartitionKey partition) throws IOException {
        finish(new Key(table, content, partition));
    }

    private void finish(Key key) throws IOException {
        var file = files.remove(key);
        if (file != null) {
            key.table.finished(key.content, key.partition, file.finish());
        }
    }

    void finish(TableWriter table) throws IOException {
        for (var key : files.keySet().stream().filter(key -> key.table == table).toList()) {
            finish(key);
        }
    }

    /** Closes a table's files as they are. */
    void abandon(TableWriter table) {
        for (var key : files.keySet().stream().filter(key -> key.table == table).toList()) {
            try (var _ = files.remove(key)) {
                // Closing is all.
            } catch (IOException | RuntimeException _) {
                // They are about to be deleted.
            }
        }
    }
}
