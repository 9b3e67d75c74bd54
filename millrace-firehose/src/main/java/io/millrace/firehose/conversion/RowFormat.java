package io.millrace.firehose.conversion;

import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.s3.ObjectFormat;
import io.millrace.formats.ColumnarWriter;
import io.millrace.formats.JsonDeserializer;
import io.millrace.formats.Rows;
import io.millrace.formats.TableSchema;
import io.millrace.formats.UnsupportedTypeException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

/**
 * Records as the rows of one Parquet or ORC file. A record that does not fit the schema is left out and told of; a schema
 * that is not to be had makes the whole object wait.
 *
 * <p>A file is made in the scratch folder and uploaded when it is there: memory is held only while it is made, which no store
 * can hold up, so that one that hangs keeps nobody else from theirs.
 */
final class RowFormat implements ObjectFormat {
    private static final String LATEST = "LATEST";
    /** Rows are handed over a few records at a time. */
    private static final int ROWS_MAX_BYTES = 256 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final DataFormatConversionConfiguration configuration;
    private final TableSchemas schemas;
    private final WriterMemory memory;
    private final FileScratch scratch;

    RowFormat(
            DataFormatConversionConfiguration configuration,
            TableSchemas schemas,
            WriterMemory memory,
            FileScratch scratch) {
        this.scratch = scratch;
        this.configuration = configuration;
        this.schemas = schemas;
        this.memory = memory;
    }

    @Override
    public String extension() {
        return configuration.outputFormatConfiguration().serializer().orcSerDe() == null ? ".parquet" : ".orc";
    }

    @Override
    public String errorOutputType() {
        return "format-conversion-failed";
    }

    @Override
    public Written write(Batch batch, OutputStream out) throws IOException {
        try (var file = scratch.next()) {
            Written written;
            try (var content = new BufferedOutputStream(Files.newOutputStream(file.path()), BUFFER_BYTES)) {
                written = make(batch, content);
            }
            if (written.records() > 0) {
                Files.copy(file.path(), out);
            }
            return written;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields to deliveries that wait for a carrier, and counts on nothing else
    private Written make(Batch batch, OutputStream out) throws IOException {
        var table = table(batch.stream());
        var schema = schema(table);
        var reader =
                new JsonDeserializer(configuration.inputFormatConfiguration().deserializer(), schema);
        var details = details(batch.stream(), table.version());
        var unfit = new ArrayList<Undelivered>();
        int fit = 0;
        try (var share = memory.take();
                var file = ColumnarWriter.open(
                        configuration.outputFormatConfiguration().serializer(), schema, out, share.bytes());
                var records = batch.records()) {
            var rows = new Rows(schema);
            while (records.hasNext()) {
                var record = records.next();
                var failure = reader.read(record.data(), 0, record.data().length, rows);
                if (failure.isPresent()) {
                    unfit.add(new Undelivered(
                            record,
                            new Failure(failure.get().code(), failure.get().message(), Failure.Remedy.GIVE_UP),
                            details));
                } else {
                    fit++;
                }
                if (rows.sizeBytes() >= ROWS_MAX_BYTES) {
                    file.write(rows);
                    rows.clear();
                    Thread.yield();
                }
            }
            file.write(rows);
            file.finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("stopped while other files were written").initCause(e);
        }
        return new Written(fit, unfit);
    }

    private TableSchemas.Table table(StreamIdentity stream) {
        try {
            return schemas.table(stream, configuration.schemaConfiguration());
        } catch (TableSchemas.UnknownTableException e) {
            throw new NotReadyException("DataFormatConversion.SchemaNotFound", String.valueOf(e.getMessage()));
        }
    }

    private static TableSchema schema(TableSchemas.Table table) {
        try {
            return new TableSchema(table.columns().stream()
                    .map(column -> TableSchema.Column.of(column.name(), column.type()))
                    .toList());
        } catch (UnsupportedTypeException e) {
            throw new NotReadyException("DataFormatConversion.InvalidSchema", String.valueOf(e.getMessage()));
        }
    }

    /** The version that the schema asks for stands in the lines where no object could be made. */
    @Override
    public Map<String, String> details(DeliveryRecord record) {
        var version = configuration.schemaConfiguration().versionId();
        return details(null, version == null ? LATEST : version);
    }

    private Map<String, String> details(@Nullable StreamIdentity stream, String version) {
        SchemaConfiguration schema = configuration.schemaConfiguration();
        var details = new LinkedHashMap<String, String>();
        put(details, "catalogId", schema.catalogId() == null && stream != null ? stream.account() : schema.catalogId());
        put(details, "databaseName", schema.databaseName());
        put(details, "tableName", schema.tableName());
        put(details, "region", schema.region() == null && stream != null ? stream.region() : schema.region());
        put(details, "versionId", version);
        put(details, "roleArn", schema.roleARN());
        return details;
    }

    private static void put(Map<String, String> details, String name, @Nullable String value) {
        if (value != null) {
            details.put("dataCatalogTable." + name, value);
        }
    }
}
