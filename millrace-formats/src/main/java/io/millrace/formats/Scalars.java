package io.millrace.formats;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Text to the values that both formats know, each with the same answer for what doesn't fit. */
final class Scalars {
    private static final int DECIMAL_MAX_CHARS = 1_000;
    private static final double LARGEST_EXACT = 1L << 53;

    private Scalars() {}

    /** A decimal rounded half up to its scale; refused if it has more digits before the point than the column. */
    static void decimal(String text, HiveType.Decimal type, Rows rows, int cell) {
        if (text.length() > DECIMAL_MAX_CHARS) {
            throw Mismatch.ofText(text);
        }
        BigDecimal rounded;
        try {
            rounded = rounded(new BigDecimal(text), type);
        } catch (NumberFormatException _) {
            throw Mismatch.ofText(text);
        }
        if (rounded.precision() > type.precision()) {
            throw Mismatch.withSchema("The value " + text + " does not fit into " + type + ".");
        }
        if (type.fitsLong()) {
            rows.set(cell, rounded.unscaledValue().longValueExact());
        } else {
            rows.setBytes(cell, rounded.unscaledValue().toByteArray());
        }
    }

    /** Looks at the exponent first: to write 1e1000000000 out would take the memory of the machine. */
    private static BigDecimal rounded(BigDecimal value, HiveType.Decimal type) {
        long digitsBeforePoint = (long) value.precision() - value.scale();
        if (value.signum() == 0 || digitsBeforePoint < -type.scale()) {
            return BigDecimal.ZERO.setScale(type.scale());
        }
        if (digitsBeforePoint > type.precision()) {
            return BigDecimal.TEN.pow(HiveType.Decimal.PRECISION_MAX);
        }
        return value.setScale(type.scale(), RoundingMode.HALF_UP);
    }

    static double real(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            throw Mismatch.ofText(text);
        }
    }

    /** Stores a number that JSON wrote; what is too large for the column is refused and not turned into infinity. */
    static void setReal(double value, String text, Rows rows, int cell) {
        if (Double.isInfinite(value) && !text.contains("Infinity")) {
            throw Mismatch.ofText(text);
        }
        rows.set(cell, Double.doubleToRawLongBits(value));
    }

    static void setSingle(String text, Rows rows, int cell) {
        float value;
        try {
            value = Float.parseFloat(text);
        } catch (NumberFormatException _) {
            throw Mismatch.ofText(text);
        }
        if (Float.isInfinite(value) && !text.contains("Infinity")) {
            throw Mismatch.ofText(text);
        }
        rows.set(cell, Float.floatToRawIntBits(value));
    }

    /** A number with a point or an exponent that is whole all the same, such as 3.0 and 1e3. */
    static long wholeOf(double value, String text) {
        if (value != Math.rint(value) || Math.abs(value) > LARGEST_EXACT) {
            throw Mismatch.ofText(text);
        }
        return (long) value;
    }

    static void setWhole(long value, HiveType.Whole type, Rows rows, int cell) {
        if (value < type.min() || value > type.max()) {
            throw Mismatch.ofText(Long.toString(value));
        }
        rows.set(cell, value);
    }

    /** {@code true} and {@code false} in any case; anything else is no boolean. */
    static void bool(String text, Rows rows, int cell) {
        boolean value = text.equalsIgnoreCase("true");
        if (!value && !text.equalsIgnoreCase("false")) {
            throw Mismatch.ofText(text);
        }
        rows.set(cell, value ? 1 : 0);
    }

    static void varchar(String text, int maxChars, Rows rows, int cell) {
        rows.setText(cell, cut(text, maxChars));
    }

    /** Blanks at the end of a char mean nothing; they are left out where the file doesn't ask for them. */
    static void fixedChar(String text, int chars, Rows rows, int cell) {
        var cut = cut(text, chars);
        int end = cut.length();
        while (end > 0 && cut.charAt(end - 1) == ' ') {
            end--;
        }
        rows.setText(cell, cut.substring(0, end));
    }

    private static String cut(String text, int maxChars) {
        return text.length() <= maxChars || text.codePointCount(0, text.length()) <= maxChars
                ? text
                : text.substring(0, text.offsetByCodePoints(0, maxChars));
    }
}
