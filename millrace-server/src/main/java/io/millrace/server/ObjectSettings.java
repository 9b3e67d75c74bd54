package io.millrace.server;

import io.millrace.objects.FolderObjectStore;
import io.millrace.objects.ObjectStore;
import io.millrace.objects.s3.S3Config;
import io.millrace.objects.s3.S3ObjectStore;
import io.millrace.server.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Where objects are kept. */
sealed interface ObjectSettings {
    /** In plain files. */
    record Folder(Path root) implements ObjectSettings {}

    /** In a store that speaks S3. */
    record Store(S3Config config) implements ObjectSettings {}

    /** @throws IllegalArgumentException if what is given does not go together, or makes no sense */
    static ObjectSettings read(Settings settings, Path dataDirectory) {
        var directory = settings.path("objects.directory");
        var endpoint = settings.optionalText("objects.endpoint");
        var keys = keys(settings);
        if (endpoint.isEmpty()) {
            if (keys.isPresent()) {
                throw new IllegalArgumentException("objects.access-key needs objects.endpoint");
            }
            return new Folder(directory.orElseGet(() -> dataDirectory.resolve("objects")));
        }
        if (directory.isPresent()) {
            throw new IllegalArgumentException("objects.directory and objects.endpoint exclude each other");
        }
        return new Store(S3Config.of(
                URI.create(endpoint.get()),
                settings.text("objects.region"),
                settings.flag("objects.path-style"),
                keys));
    }

    private static Optional<S3Config.Keys> keys(Settings settings) {
        var access = settings.optionalText("objects.access-key");
        var secret = settings.optionalText("objects.secret-key");
        if (access.isPresent() != secret.isPresent()) {
            throw new IllegalArgumentException(
                    "objects.access-key and objects.secret-key go together; one of them is missing");
        }
        return access.map(key -> new S3Config.Keys(key, secret.orElseThrow()));
    }

    /** A store that takes its folder, or connects, with the first object and not before. */
    default ObjectStore open() {
        return switch (this) {
            case Folder(var root) -> new FolderObjectStore(root);
            case Store(var config) -> new S3ObjectStore(config);
        };
    }
}
