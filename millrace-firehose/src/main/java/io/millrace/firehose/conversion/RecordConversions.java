package io.millrace.firehose.conversion;

import io.millrace.firehose.s3.ObjectFormat;
import io.millrace.firehose.s3.S3Destinations;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;

/** Makes the formats of delivery streams that convert their records. May be used by many threads. */
public final class RecordConversions implements S3Destinations.Conversions {
    private final TableSchemas schemas;
    private final WriterMemory memory;

    /** @param memoryMaxBytes what rows may take that wait for the end of their group, in all files together */
    public RecordConversions(TableSchemas schemas, int memoryMaxBytes) {
        this.schemas = schemas;
        memory = new WriterMemory(memoryMaxBytes);
    }

    @Override
    public ObjectFormat open(DataFormatConversionConfiguration configuration) {
        return new RowFormat(configuration, schemas, memory);
    }
}
