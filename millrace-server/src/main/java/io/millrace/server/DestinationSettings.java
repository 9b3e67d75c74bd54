package io.millrace.server;

import io.millrace.firehose.http.HttpDestinationsConfig;
import io.millrace.firehose.iceberg.IcebergConfig;
import io.millrace.firehose.kafka.KafkaSourceConfig;
import io.millrace.server.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What Firehose's ways in and out need beside a delivery stream's own configuration.
 *
 * @param secretsFile where the secrets are that configurations name by ARN
 * @param certificatesFile further authorities whose certificates endpoints may have
 * @param conversionMaxBytes what rows of all Parquet and ORC files may take that are being written
 */
record DestinationSettings(
        HttpDestinationsConfig http,
        KafkaSourceConfig kafka,
        IcebergConfig iceberg,
        Optional<Path> secretsFile,
        Optional<Path> certificatesFile,
        int conversionMaxBytes) {

    /** @throws IllegalArgumentException if what is given does not go together, or is not there */
    static DestinationSettings read(Settings settings, Path dataDirectory) {
        return new DestinationSettings(
                new HttpDestinationsConfig(
                        dataDirectory.resolve("firehose-scratch"),
                        pairs(settings, "firehose.search-endpoints"),
                        searchLogin(settings),
                        pairs(settings, "firehose.snowflake-endpoints")),
                new KafkaSourceConfig(
                        pairs(settings, "firehose.kafka-clusters"),
                        settings.path("firehose.kafka-client-properties")
                                .map(DestinationSettings::properties)
                                .orElse(Map.of())),
                iceberg(settings, dataDirectory),
                readable(settings, "firehose.secrets-file"),
                readable(settings, "firehose.certificates-file"),
                settings.bytesBelow2Gib("firehose.conversion-max-bytes"));
    }

    /** {@code name=value}, separated by commas; several bootstrap servers are separated by semicolons. */
    private static Map<String, String> pairs(Settings settings, String key) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : settings.list(key)) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw new IllegalArgumentException(
                        key + " (" + pair + ") must be a name or an ARN, then =, then where");
            }
            pairs.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip().replace(';', ','));
        }
        return pairs;
    }

    private static HttpDestinationsConfig.SearchLogin searchLogin(Settings settings) {
        var id = settings.optionalText("firehose.search-access-key-id");
        var secret = settings.optionalText("firehose.search-secret-access-key");
        if (id.isPresent() != secret.isPresent()) {
            throw new IllegalArgumentException("firehose.search-access-key-id and firehose.search-secret-access-key go"
                    + " together; one of them is missing");
        }
        var token = settings.optionalText("firehose.search-session-token");
        return new HttpDestinationsConfig.SearchLogin(
                credentials(settings),
                id.map(key -> new HttpDestinationsConfig.AccessKey(key, secret.orElseThrow(), token)),
                switch (settings.text("firehose.search-signed-hosts")) {
                    case "aws" -> HttpDestinationsConfig.Signed.AWS_HOSTS;
                    case "all" -> HttpDestinationsConfig.Signed.ALL_HOSTS;
                    default ->
                        throw new IllegalArgumentException("firehose.search-signed-hosts ("
                                + settings.text("firehose.search-signed-hosts") + ") must be aws or all");
                });
    }

    private static Optional<HttpDestinationsConfig.Credentials> credentials(Settings settings) {
        var user = settings.optionalText("firehose.search-user");
        var password = settings.optionalText("firehose.search-password");
        if (user.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException(
                    "firehose.search-user and firehose.search-password go together; one of them is missing");
        }
        return user.map(name -> new HttpDestinationsConfig.Credentials(name, password.orElseThrow()));
    }

    private static IcebergConfig iceberg(Settings settings, Path dataDirectory) {
        var catalog = settings.optionalText("firehose.iceberg-catalog");
        if (catalog.isEmpty()) {
            var buckets = settings.path("objects.directory").orElseGet(() -> dataDirectory.resolve("objects"));
            return new IcebergConfig.Folder(buckets, settings.text("firehose.iceberg-warehouse"));
        }
        return new IcebergConfig.Rest(
                URI.create(catalog.get()),
                settings.optionalText("firehose.iceberg-token"),
                settings.optionalText("firehose.iceberg-credential"),
                Map.of());
    }

    private static Optional<Path> readable(Settings settings, String key) {
        var file = settings.path(key);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IllegalArgumentException(key + " (" + file.get() + ") can't be read");
        }
        return file;
    }

    private static Map<String, String> properties(Path file) {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalArgumentException("firehose.kafka-client-properties (" + file + ") can't be read", e);
        }
        var map = new LinkedHashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }
}
