package io.millrace.firehose.definition;

import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;

/**
 * How the catalog keeps the SDK's objects: as the JSON that the API speaks. Given from outside, by who knows the wire.
 *
 * @param writer turns an object into text
 * @param reader fills an empty builder with what a text says and builds it
 */
public record SdkJson(Function<SdkPojo, String> writer, BiFunction<SdkPojo, String, SdkPojo> reader) {
    String write(SdkPojo object) {
        return writer.apply(object);
    }

    SdkPojo read(SdkPojo builder, String json) {
        return reader.apply(builder, json);
    }
}
