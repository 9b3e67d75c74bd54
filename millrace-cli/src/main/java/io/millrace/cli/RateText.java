package io.millrace.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Shares as people write them: {@code 0.3} or {@code 30%}. */
final class RateText implements ITypeConverter<Double> {
    private static final double PERCENT = 100;

    @Override
    public Double convert(String text) {
        try {
            double rate = text.endsWith("%")
                    ? Double.parseDouble(text.substring(0, text.length() - 1)) / PERCENT
                    : Double.parseDouble(text);
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException _) {
            // Refused below, with the same words.
        }
        throw new TypeConversionException("'" + text + "' is not a rate from 0 to 1, such as 0.3 or 30%");
    }
}
