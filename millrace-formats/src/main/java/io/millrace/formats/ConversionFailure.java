package io.millrace.formats;

/** Why a record can't become rows, in the words of its line in the error output. */
public record ConversionFailure(String code, String message) {
    static ConversionFailure parseError(String parserText) {
        return new ConversionFailure("DataFormatConversion.ParseError", "Encountered malformed JSON. " + parserText);
    }

    static ConversionFailure malformedData(String message) {
        return new ConversionFailure("DataFormatConversion.MalformedData", message);
    }
}
