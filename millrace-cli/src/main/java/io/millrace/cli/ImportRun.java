package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the records of an export into a stream, in the order that each partition key has in it. After each window of
 * records all of them are awaited, and the count is saved: a run that comes after one that ended there goes on from it.
 */
final class ImportRun {
    private static final int LANES = 8;
    private static final int WINDOW_RECORDS = 20_000;
    private static final long WINDOW_BYTES = 64L * 1024 * 1024;

    private final List<Path> files;
    private final CallOrder order;
    private final BatchSender sender;
    private final CopyReport report;
    private final StateFile saved;
    private final Shell shell;
    private ImportProgress progress;
    private volatile boolean stopped;

    ImportRun(
            List<Path> files,
            CallOrder order,
            BatchSender sender,
            CopyReport report,
            ImportProgress progress,
            StateFile saved,
            Shell shell) {
        this.files = files;
        this.order = order;
        this.sender = sender;
        this.report = report;
        this.progress = progress;
        this.saved = saved;
        this.shell = shell;
    }

    /** Makes {@link #run} end after the records it has read. */
    void stop() {
        stopped = true;
    }

    /**
     * Returns when all is safe, or {@link #stop} was called.
     *
     * @throws CommandFailure if a file is broken or the target refuses; what was read before that is safe then
     */
    void run() throws IOException, InterruptedException {
        for (int i = progress.fileIndex(); i < files.size() && !stopped; i++) {
            try (var file = open(files.get(i))) {
                file.skip(progress.recordCount());
                boolean goesOn = true;
                while (goesOn && !stopped) {
                    goesOn = sendWindow(file, i);
                }
                if (!goesOn) {
                    save(progress.at(i + 1, 0));
                }
            }
        }
    }

    boolean isComplete() {
        return progress.fileIndex() == files.size();
    }

    private boolean sendWindow(ExportReader file, int fileIndex) throws IOException, InterruptedException {
        var lanes = Stream.generate(() -> new Lane(1, order, sender, shell.random()))
                .limit(LANES)
                .toList();
        lanes.forEach(Lane::start);
        boolean goesOn;
        try {
            goesOn = handOut(file, lanes);
        } catch (CommandFailure | IOException e) {
            // The file is broken here; what was whole before is safe, and need not be put again once it is mended.
            await(lanes, file, fileIndex);
            throw e;
        }
        await(lanes, file, fileIndex);
        return goesOn;
    }

    private void await(List<Lane> lanes, ExportReader file, int fileIndex) throws IOException, InterruptedException {
        for (var lane : lanes) {
            lane.finish(this::refresh);
        }
        if (sender.failure().isPresent()) {
            throw sender.told();
        }
        save(progress.at(fileIndex, file.recordCount()));
    }

    private ExportReader open(Path path) throws IOException {
        var file = new ExportReader(path);
        var header = file.header();
        if (!header.stream().equals(progress.exported()) || !header.begun().equals(progress.begun())) {
            file.close();
            throw new CommandFailure("The file " + path + " is of another export than the first one.");
        }
        return file;
    }

    /** Returns whether there is more in the file. */
    private boolean handOut(ExportReader file, List<Lane> lanes) throws IOException, InterruptedException {
        long bytes = 0;
        for (int n = 0; n < WINDOW_RECORDS && bytes < WINDOW_BYTES; n++) {
            if (stopped || sender.failure().isPresent()) {
                return true;
            }
            var record = file.next();
            if (record.isEmpty()) {
                return false;
            }
            var entry = record.get();
            bytes += entry.bytes();
            lanes.get(Math.floorMod(entry.record().partitionKey().hashCode(), LANES))
                    .add(entry, shell.clock().instant(), this::refresh);
        }
        return true;
    }

    private void save(ImportProgress reached) throws IOException {
        saved.write(reached.write());
        progress = reached;
    }

    private void refresh() {
        report.refresh();
    }
}
