package io.millrace.objects;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * Makes folders whose names survive a power cut, and remembers which do: that a folder is there does not tell, since
 * somebody may just have made it. Safe for use by several threads.
 */
final class DurableFolders {
    private static final int REMEMBERED_MAX = 10_000;

    private final FileSteps files;
    private final Path root;
    // Guarded by this.
    private final SequencedSet<Path> durable = new LinkedHashSet<>();

    private DurableFolders(FileSteps files, Path root) {
        this.files = files;
        this.root = root;
    }

    /** Makes the root itself if it is missing; what was there before us is taken for durable. */
    static DurableFolders below(Path root, FileSteps files) throws IOException {
        var existing = root;
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        new DurableFolders(files, existing).make(root);
        return new DurableFolders(files, root);
    }

    /** Returns when the folder is there and durable, and all those it is in below the root. */
    void make(Path folder) throws IOException {
        var parent = folder.getParent();
        if (parent == null || folder.equals(root) || isDurable(folder)) {
            return;
        }
        make(parent);
        try {
            files.createFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        files.syncFolder(parent);
        remember(folder);
    }

    private synchronized boolean isDurable(Path folder) {
        return durable.contains(folder);
    }

    private synchronized void remember(Path folder) {
        durable.add(folder);
        if (durable.size() > REMEMBERED_MAX) {
            durable.removeFirst();
        }
    }

    /** Takes it that the folder, and what was in it, may be gone. */
    synchronized void forget(Path folder) {
        durable.removeIf(known -> known.startsWith(folder));
    }

    /** Takes it that any folder may be gone. */
    synchronized void forgetAll() {
        durable.clear();
    }
}
