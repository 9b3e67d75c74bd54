package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.DeliveryRecord;

/**
 * Records that already are lines of a delimited file, or parts of such: they go as they are, one after another.
 *
 * @param copyOptions what they are laid out like
 */
record RawRows(String copyOptions) implements Rows {

    static RawRows of(CopyOptions.Format.Delimited format) {
        return new RawRows("DELIMITER " + literal(format.delimiter())
                + format.nullText().map(text -> ", NULL " + literal(text)).orElse(""));
    }

    static RawRows of(CopyOptions.Format.Csv format) {
        return new RawRows("FORMAT csv, DELIMITER " + literal(format.delimiter()) + ", QUOTE " + literal(format.quote())
                + format.nullText().map(text -> ", NULL " + literal(text)).orElse(""));
    }

    private static String literal(String text) {
        // E'' strings read backslashes as COPY's own options do in the manual's examples: a tab is E'\t'.
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    @Override
    public byte[] of(DeliveryRecord record) {
        return record.data();
    }
}
