package io.millrace.firehose.iceberg;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where tables are found. What a delivery stream's CatalogARN says of Glue is answered by the one catalog named here. */
public sealed interface IcebergConfig {

    /**
     * Tables as folders, {@code <warehouse>/<database>/<table>}, in the layout of Iceberg's Hadoop catalog.
     *
     * @param buckets the folder whose folders are buckets; {@code s3://lake/x} is {@code <buckets>/lake/x}
     * @param warehouse the location for delivery streams that name none: an {@code s3://} location or a path
     */
    record Folder(Path buckets, String warehouse) implements IcebergConfig {}

    /**
     * A service that speaks Iceberg's REST catalog protocol.
     *
     * @param token a bearer token
     * @param credential {@code id:secret} for OAuth2, in place of a token
     * @param properties what else Iceberg's client is told, such as {@code oauth2-server-uri}, {@code scope} or {@code prefix}
     */
    record Rest(URI uri, Optional<String> token, Optional<String> credential, Map<String, String> properties)
            implements IcebergConfig {
        public Rest {
            properties = Map.copyOf(properties);
        }

        @Override
        public String toString() {
            return "Rest[" + uri + "]"; // the rest is secret
        }
    }
}
