package io.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Aligned columns for reading along. Their widths are fixed, as what comes later is not known. */
final class TableRecords implements RecordWriter {
    private static final DateTimeFormatter ARRIVAL = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int KEY_CHARS = 16;
    private static final int DATA_MAX_CHARS = 100;
    private static final String ROW = "%-24s  %-20s  %-" + KEY_CHARS + "s  %s";

    private final BufferedOutputStream out;
    private boolean headed;

    TableRecords(OutputStream out) {
        this.out = new BufferedOutputStream(out);
    }

    @Override
    public void write(String shardId, Record record) throws IOException {
        if (!headed) {
            row("ARRIVAL", "SHARD", "PARTITION KEY", "DATA");
            headed = true;
        }
        row(
                arrival(record.approximateArrivalTimestamp()),
                shardId,
                RecordText.shorten(record.partitionKey(), KEY_CHARS),
                data(record.data().asByteArrayUnsafe()));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    private void row(String arrival, String shard, String key, String data) throws IOException {
        var row = String.format(Locale.ROOT, ROW, arrival, shard, key, data).stripTrailing();
        out.write((row + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String arrival(@Nullable Instant arrival) {
        return arrival == null ? "-" : ARRIVAL.format(arrival);
    }

    private static String data(byte[] bytes) {
        return RecordText.decode(bytes)
                .map(text -> RecordText.shorten(text, DATA_MAX_CHARS))
                .orElseGet(() -> "(" + Quantity.count(bytes.length, "byte") + ", not text)");
    }
}
