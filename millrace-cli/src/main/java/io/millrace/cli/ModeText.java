package io.millrace.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/** A stream's mode as people write it: {@code provisioned} or {@code on-demand}. */
final class ModeText implements ITypeConverter<StreamMode> {
    @Override
    public StreamMode convert(String text) {
        return switch (text.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "provisioned" -> StreamMode.PROVISIONED;
            case "on-demand" -> StreamMode.ON_DEMAND;
            default -> throw new TypeConversionException("'" + text + "' is not one of provisioned and on-demand");
        };
    }
}
