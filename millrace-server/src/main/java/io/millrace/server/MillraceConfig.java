package io.millrace.server;

import io.millrace.server.settings.Setting;
import io.millrace.server.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server started from code is like: the settings that differ from their defaults. {@code millrace serve} has file,
 * environment and flags instead.
 */
public final class MillraceConfig {
    /** Every setting there is. {@code docs/configuration.md} lists the same, which a test holds it to. */
    static final List<Setting> SETTINGS = List.of(
            new Setting("server.host", "127.0.0.1", "The address to listen on."),
            new Setting("server.port", "4567", "The port to listen on; 0 takes a free one."),
            new Setting(
                    "server.shutdown-wait-max",
                    "20s",
                    "How long a graceful stop waits for requests that are being served."),
            new Setting("server.request-log", "false", "Whether each request writes a line to the log."),
            new Setting("data-dir", "millrace-data", "The folder that holds all the server keeps; made if missing."),
            new Setting(
                    "account.id",
                    "000000000000",
                    "The account of callers whose access key id is not itself a 12-digit account id."),
            new Setting("account.region", "us-east-1", "The region of callers whose signature names none."),
            new Setting(
                    "auth.unsigned-requests",
                    "refuse",
                    "Requests without any signature: refuse them as AWS does, or accept them as the default account's."),
            new Setting(
                    "auth.open-network",
                    "false",
                    "Whether a server that checks no signatures may listen where other machines can reach it."),
            new Setting(
                    "admin.token",
                    "",
                    "What callers of /admin show as a bearer token; if not set, one is made at each start and left in"
                            + " admin-token in the data directory."),
            new Setting("tls.certificate", "", "Your own certificate, a PEM file; goes with tls.key."),
            new Setting("tls.key", "", "The private key of tls.certificate, a PEM file (PKCS #8, not encrypted)."),
            new Setting("tls.names", "", "More names and addresses for the certificate that Millrace makes itself."),
            new Setting(
                    "log.durability",
                    "fsync",
                    "When a record counts as safe: fsync (on the disk) or os (handed to the operating system, which"
                            + " survives kill -9 but not a power cut)."),
            new Setting("log.segment-max-bytes", "256MiB", "How large a file of the log grows."),
            new Setting("log.regroup-bytes", "1GiB", "How many bytes of segments are regrouped by shard in one pass."),
            new Setting(
                    "log.ring-max-bytes",
                    "64MiB",
                    "Memory for the newest records, which readers at the tail get; as much again is lent to readers further"
                            + " back."),
            new Setting("log.read-cache-max-bytes", "32MiB", "Memory for what readers further back read ahead."),
            new Setting("log.queue-max-bytes", "256MiB", "How many bytes may wait for the disk; more are refused."),
            new Setting(
                    "streams.transition-delay",
                    "500ms",
                    "How long a stream stays in CREATING, UPDATING or DELETING before the step is done."),
            new Setting("streams.trim-interval", "30s", "How often the space of expired records is reclaimed."),
            new Setting("streams.shard-limit", "10000", "Open shards an account may have in a region."),
            new Setting("streams.on-demand-stream-limit", "50", "On-demand streams an account may have in a region."),
            new Setting(
                    "streams.scaling-limits",
                    "off",
                    "Whether UpdateShardCount has AWS's limits beside the quota: off, or aws (at most double and at least"
                            + " half, 10,000 shards, ten times in 24 hours)."),
            new Setting(
                    "streams.mode-switches-per-day",
                    "2",
                    "How often a stream may switch between provisioned and on-demand in 24 hours."),
            new Setting(
                    "streams.on-demand-window",
                    "1m",
                    "How long a load must last before an on-demand stream grows for it; 1 s to 1 h."),
            new Setting(
                    "streams.limits",
                    "off",
                    "Throughput of a shard: as much as the machine can (off), as much as a shard of the real service"
                            + " (aws), or as the custom-limits say (custom)."),
            new Setting(
                    "streams.custom-limits.write-bytes-per-second",
                    "",
                    "Data and partition keys put into one shard; unlimited if not set, as the next four."),
            new Setting("streams.custom-limits.write-records-per-second", "", "Records put into one shard."),
            new Setting(
                    "streams.custom-limits.read-bytes-per-second", "", "Data that GetRecords returns of one shard."),
            new Setting("streams.custom-limits.read-calls-per-second", "", "Calls of GetRecords for one shard."),
            new Setting(
                    "streams.custom-limits.fan-out-bytes-per-second",
                    "",
                    "Data of one shard pushed to one registered consumer."),
            new Setting(
                    "streams.call-limits",
                    "off",
                    "Calls of an account in a second: as many as it likes (off), or as many as the real service takes"
                            + " (aws)."),
            new Setting(
                    "objects.directory",
                    "",
                    "The folder that holds objects (what Firehose delivers, for example), a folder in it for each bucket; if"
                            + " not set, objects in the data directory."),
            new Setting(
                    "objects.endpoint",
                    "",
                    "A store that speaks S3, to keep objects in instead of a folder: http://minio:9000 or"
                            + " https://s3.eu-west-1.amazonaws.com."),
            new Setting("objects.region", "us-east-1", "The region that requests to objects.endpoint are signed for."),
            new Setting(
                    "objects.path-style",
                    "true",
                    "Whether the bucket stands in the path of requests to objects.endpoint, which all stores take, or before"
                            + " the host."),
            new Setting(
                    "objects.access-key",
                    "",
                    "The access key for objects.endpoint; goes with objects.secret-key. If not set, what the machine has:"
                            + " environment, profile, instance role."),
            new Setting("objects.secret-key", "", "The secret key for objects.endpoint; never shown."),
            new Setting(
                    "functions.endpoint",
                    "",
                    "Base URL of an endpoint that speaks the Lambda API, for functions without an endpoint of their own."),
            new Setting(
                    "functions.endpoints",
                    "",
                    "Endpoints of single functions: name=url or arn=url, with emulator: or bridge: before a URL that is not a Lambda API's."),
            new Setting(
                    "functions.access-key-id",
                    "",
                    "The key that requests to the Lambda API are signed with; unsigned if not set."),
            new Setting("functions.secret-access-key", "", "The secret of functions.access-key-id."),
            new Setting("firehose.delivery-stream-limit", "5000", "Delivery streams an account may have in a region."),
            new Setting(
                    "firehose.buffer-max-bytes",
                    "48MiB",
                    "Memory for records on their way to destinations; what is beyond it is read again when it is delivered, or"
                            + " waits in a scratch folder."),
            new Setting(
                    "firehose.interval-max",
                    "",
                    "How long records wait for a destination at most, whatever their delivery stream says; as it says if not"
                            + " set. They wait for a function no longer either."),
            new Setting(
                    "firehose.conversion-max-bytes",
                    "32MiB",
                    "Memory for rows that wait in the Parquet and ORC files that are being made; at most four are at once."),
            new Setting(
                    "firehose.secrets-file",
                    "",
                    "A JSON object of secrets by ARN, for delivery streams whose configuration names a secret."),
            new Setting(
                    "firehose.certificates-file",
                    "",
                    "Certificates (PEM) of authorities that endpoints of deliveries may have beside those that Java trusts."),
            new Setting(
                    "firehose.search-endpoints",
                    "",
                    "Where OpenSearch and Elasticsearch domains are: name=url or arn=url, separated by commas."),
            new Setting("firehose.search-user", "", "The user for OpenSearch and Elasticsearch; none if not set."),
            new Setting("firehose.search-password", "", "The password of firehose.search-user; never shown."),
            new Setting(
                    "firehose.search-access-key-id",
                    "",
                    "The access key that requests to OpenSearch and Elasticsearch are signed with; unsigned if not set."),
            new Setting(
                    "firehose.search-secret-access-key",
                    "",
                    "The secret of firehose.search-access-key-id; never shown."),
            new Setting(
                    "firehose.search-session-token",
                    "",
                    "The session's token of a temporary firehose.search-access-key-id; never shown."),
            new Setting(
                    "firehose.search-signed-hosts",
                    "aws",
                    "Which search hosts get signed requests: aws for those of amazonaws.com, or all."),
            new Setting(
                    "firehose.snowflake-endpoints",
                    "",
                    "Where Snowflake accounts are instead of where their URLs say: account=url or host=url, separated by"
                            + " commas."),
            new Setting(
                    "firehose.kafka-clusters",
                    "",
                    "Where Kafka clusters are: name=host:port or arn=host:port, separated by commas; several servers of one"
                            + " cluster are separated by semicolons."),
            new Setting(
                    "firehose.kafka-client-properties",
                    "",
                    "A file of Kafka's own client settings, such as security.protocol, for all of them."),
            new Setting(
                    "firehose.iceberg-warehouse",
                    "s3://warehouse",
                    "Where Iceberg tables are of delivery streams that name no warehouse: an s3:// location or a folder."),
            new Setting(
                    "firehose.iceberg-catalog",
                    "",
                    "A catalog that speaks Iceberg's REST protocol, http://host:port; tables in folders if not set."),
            new Setting("firehose.iceberg-token", "", "The bearer token for firehose.iceberg-catalog; never shown."),
            new Setting(
                    "firehose.iceberg-credential", "", "id:secret for OAuth2 in the place of a token; never shown."),
            new Setting("logging.level", "info", "What the server's log says: error, warn, info or debug."));

    private final Map<String, String> values;
    private final boolean temporary;

    private MillraceConfig(Map<String, String> values, boolean temporary) {
        this.values = Map.copyOf(values);
        this.temporary = temporary;
    }

    /**
     * A server for a test: on a free port, with a data directory of its own that is deleted when it is closed, without
     * delays and without waiting for the disk.
     */
    public static MillraceConfig ephemeral() {
        return new MillraceConfig(
                Map.of(
                        "server.port", "0",
                        "server.shutdown-wait-max", "2s",
                        "streams.transition-delay", "0ms",
                        "log.durability", "os",
                        "log.segment-max-bytes", "16MiB",
                        "log.regroup-bytes", "64MiB",
                        "log.ring-max-bytes", "16MiB"),
                true);
    }

    /** A server that keeps its data in this folder, with the defaults of {@code millrace serve}. */
    public static MillraceConfig inDirectory(Path dataDirectory) {
        return new MillraceConfig(Map.of("data-dir", dataDirectory.toString()), false);
    }

    /** The same with one setting changed; it is checked when the server starts. */
    public MillraceConfig with(String key, String value) {
        var changed = new HashMap<>(values);
        changed.put(key, value);
        return new MillraceConfig(changed, temporary && !key.equals("data-dir"));
    }

    Settings settings() {
        return new Settings(SETTINGS).flags(values);
    }

    /** Whether the data directory is made for this server and deleted with it. */
    boolean isTemporary() {
        return temporary;
    }
}
