package io.millrace.firehose.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table in a folder: {@code metadata/v<n>.metadata.json}, and {@code metadata/version-hint.text} with the newest n, as
 * Iceberg's Hadoop catalog has them. A version is written aside, synced, and linked to its name; a link is never made over
 * another, so of two that commit at once one is told to begin again. Used by one thread.
 */
final class FolderTable implements TableOperations {
    private static final Pattern VERSION = Pattern.compile("v(\\d+)(\\.gz)?\\.metadata\\.json(\\.gz)?");
    private static final String HINT = "version-hint.text";

    private final Path folder;
    private final Path metadata;
    private final Supplier<UUID> ids;
    private final LocalFiles files = new LocalFiles();
    private @Nullable Version current;

    private record Version(int number, TableMetadata metadata) {}

    /** @param ids makes names for files that are not yet what they will be */
    FolderTable(Path folder, Supplier<UUID> ids) {
        this.ids = ids;
        this.folder = folder;
        metadata = folder.resolve("metadata");
    }

    boolean exists() {
        return newest().isPresent();
    }

    /** @throws CommitFailedException if the table is there already */
    void create(TableMetadata first) {
        commit(null, first);
    }

    @Override
    public TableMetadata current() {
        return current == null ? refresh() : current.metadata;
    }

    @Override
    public TableMetadata refresh() {
        var newest = newest().orElseThrow(() -> new NoSuchTableException("There is no table in %s", folder));
        var known = current;
        if (known == null || known.number != number(newest)) {
            known = new Version(number(newest), TableMetadataParser.read(files, newest.toString()));
            current = known;
        }
        return known.metadata;
    }

    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata next) {
        int from = base == null || current == null ? 0 : current.number;
        if (base != null && (current == null || !base.equals(current.metadata))) {
            throw new CommitFailedException("The metadata to begin from is not the newest known");
        }
        if (next.equals(base)) {
            return;
        }
        try {
            Files.createDirectories(metadata);
            publish(from + 1, next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        current = null;
        if (base != null) {
            removeOld(base, next);
        }
    }

    private void removeOld(TableMetadata base, TableMetadata next) {
        try {
            CatalogUtil.deleteRemovedMetadataFiles(files, base, next);
        } catch (RuntimeException _) {
            // The commit is made; old files more or less are no reason to call it failed.
        }
    }

    private void publish(int number, TableMetadata next) throws IOException {
        var draft = metadata.resolve("." + ids.get() + ".metadata.json");
        try {
            TableMetadataParser.write(next, files.newOutputFile(draft.toString()));
            if (newestFrom(number - 1) >= number) {
                throw new CommitFailedException("Version %s of %s is there already", number, folder);
            }
            Files.createLink(metadata.resolve("v" + number + ".metadata.json"), draft);
        } catch (FileAlreadyExistsException e) {
            throw new CommitFailedException(e, "Version %s of %s is there already", number, folder);
        } finally {
            files.tryDelete(draft);
        }
        try {
            LocalFiles.syncFolder(metadata);
            hint(number);
        } catch (IOException e) {
            throw new CommitStateUnknownException(e);
        }
    }

    private void hint(int number) throws IOException {
        var draft = metadata.resolve("." + ids.get() + "." + HINT);
        Files.writeString(draft, Integer.toString(number));
        Files.move(draft, metadata.resolve(HINT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Optional<Path> newest() {
        try {
            int number = newestFrom(hinted());
            return number == 0 ? Optional.empty() : file(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hint is written after the version, and may have been lost: it is where to begin, not the answer. */
    private int newestFrom(int number) {
        int newest = number;
        while (file(newest + 1).isPresent()) {
            newest++;
        }
        return newest;
    }

    private int hinted() throws IOException {
        try {
            int hinted = Integer.parseInt(Files.readString(metadata.resolve(HINT), StandardCharsets.UTF_8)
                    .strip());
            if (file(hinted).isPresent()) {
                return hinted;
            }
        } catch (NoSuchFileException | NumberFormatException _) {
            // Look for ourselves.
        }
        if (!Files.isDirectory(metadata)) {
            return 0;
        }
        try (var all = Files.list(metadata)) {
            return all.mapToInt(FolderTable::number).max().orElse(0);
        }
    }

    private Optional<Path> file(int number) {
        return Stream.of("v%d.metadata.json", "v%d.gz.metadata.json", "v%d.metadata.json.gz")
                .map(name -> metadata.resolve(name.formatted(number)))
                .filter(Files::exists)
                .findFirst();
    }

    private static int number(Path file) {
        var version = VERSION.matcher(file.getFileName().toString());
        return version.matches() ? Integer.parseInt(version.group(1)) : 0;
    }

    @Override
    public FileIO io() {
        return files;
    }

    @Override
    public String metadataFileLocation(String name) {
        return metadata.resolve(name).toString();
    }

    @Override
    public LocationProvider locationProvider() {
        return LocationProviders.locationsFor(current().location(), current().properties());
    }
}
