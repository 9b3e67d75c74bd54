package io.millrace.log;

/**
 * How much one read returns at most; a first record larger than {@code maxBytes} is returned alone.
 *
 * @param maxBytes counts keys and data
 */
public record ReadLimits(int maxRecords, long maxBytes) {
    public ReadLimits {
        assert maxRecords > 0 : maxRecords;
        assert maxBytes > 0 : maxBytes;
    }
}
