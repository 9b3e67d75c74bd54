package io.millrace.firehose.engine;

import java.nio.file.Path;

/**
 * How deliveries use the machine.
 *
 * @param bufferMaxBytes what all buffers together may hold in memory; beyond it they are read again from their source, or
 *     kept in the scratch folder
 * @param scratch a folder that is emptied at each start
 */
public record DeliveryConfig(long bufferMaxBytes, Path scratch) {
    private static final long MIB = 1024 * 1024;

    public DeliveryConfig {
        if (bufferMaxBytes < MIB) {
            throw new IllegalArgumentException(
                    "firehose.buffer-max-bytes (" + bufferMaxBytes + ") must be at least 1 MiB");
        }
    }
}
