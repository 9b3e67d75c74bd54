package io.millrace.cli;

import java.math.BigInteger;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A hash key as people write it: in decimal. */
final class HashKeyText implements ITypeConverter<BigInteger> {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,39}");

    @Override
    public BigInteger convert(String text) {
        if (DIGITS.matcher(text).matches()) {
            var hashKey = new BigInteger(text);
            if (hashKey.compareTo(HashKeys.COUNT) < 0) {
                return hashKey;
            }
        }
        throw new TypeConversionException("'" + text + "' is not a hash key, which is a number from 0 to "
                + HashKeys.COUNT.subtract(BigInteger.ONE));
    }
}
