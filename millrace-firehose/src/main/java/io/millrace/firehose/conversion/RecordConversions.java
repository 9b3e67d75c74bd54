package io.millrace.firehose.conversion;

import io.millrace.firehose.s3.ObjectFormat;
import io.millrace.firehose.s3.S3Destinations;
import java.nio.file.Path;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;

/** Makes the formats of delivery streams that convert their records. May be used by many threads. */
public final class RecordConversions implements S3Destinations.Conversions {
    private final TableSchemas schemas;
    private final WriterMemory memory;
    private final FileScratch scratch;

    /**
     * @param memoryMaxBytes what rows may take that wait for the end of their group, in all files together
     * @param scratch a folder for files that are written and not uploaded yet; emptied at each start by whoever owns it
     */
    public RecordConversions(TableSchemas schemas, int memoryMaxBytes, Path scratch) {
        this.schemas = schemas;
        memory = new WriterMemory(memoryMaxBytes);
        this.scratch = new FileScratch(scratch);
    }

    @Override
    public ObjectFormat open(DataFormatConversionConfiguration configuration) {
        return new RowFormat(configuration, schemas, memory, scratch);
    }
}
