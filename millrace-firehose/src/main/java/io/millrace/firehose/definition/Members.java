package io.millrace.firehose.definition;

import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;
import software.amazon.awssdk.utils.builder.ToCopyableBuilder;

/**
 * Moves members between the SDK's classes, by their names on the wire: what clients configure, update and see described
 * are different classes with mostly the same members. A member that the other class lacks stays behind, which is also
 * what keeps secrets out of descriptions.
 */
final class Members {
    private static final Map<String, String> DESCRIBED_AS = Map.of(
            "S3Configuration", "S3DestinationDescription",
            "S3BackupConfiguration", "S3BackupDescription",
            "VpcConfiguration", "VpcConfigurationDescription");
    private static final Map<String, String> CONFIGURED_AS = Map.of(
            "S3Update", "S3Configuration",
            "S3BackupUpdate", "S3BackupConfiguration");

    /** Of these an update changes the members that it mentions; any other structure that it mentions is replaced whole. */
    private static final Set<String> MERGED =
            Set.of("S3Configuration", "S3BackupConfiguration", "DataFormatConversionConfiguration");

    private Members() {}

    /** Describes a configuration with an empty builder of a description's class. */
    static SdkPojo described(SdkPojo configuration, SdkPojo builder) {
        return copied(configuration, builder, name -> DESCRIBED_AS.getOrDefault(name, name));
    }

    /** Makes a configuration of nothing but an update, or of another configuration. */
    static SdkPojo configured(SdkPojo from, SdkPojo builder) {
        return copied(from, builder, name -> CONFIGURED_AS.getOrDefault(name, name));
    }

    /** A configuration with what an update mentions. */
    static SdkPojo updated(SdkPojo configuration, SdkPojo update) {
        var builder = builderOf(configuration);
        var fields = builder.sdkFieldNameToField();
        forEachGiven(update, (name, value) -> {
            var member = CONFIGURED_AS.getOrDefault(name, name);
            var field = fields.get(member);
            if (field != null) {
                var before = MERGED.contains(member) ? given(field, configuration) : null;
                field.set(builder, before == null ? rebuilt(field, value) : updated((SdkPojo) before, (SdkPojo) value));
            }
        });
        return built(builder);
    }

    private static SdkPojo copied(SdkPojo from, SdkPojo builder, UnaryOperator<String> renamed) {
        var fields = builder.sdkFieldNameToField();
        forEachGiven(from, (name, value) -> {
            var sameName = fields.get(name);
            var field = sameName != null ? sameName : fields.get(renamed.apply(name));
            if (field != null) {
                field.set(
                        builder,
                        value instanceof SdkPojo object
                                ? copied(object, field.constructor().get(), renamed)
                                : value);
            }
        });
        return built(builder);
    }

    private static Object rebuilt(SdkField<?> field, Object value) {
        return value instanceof SdkPojo object
                ? copied(object, field.constructor().get(), UnaryOperator.identity())
                : value;
    }

    private static void forEachGiven(SdkPojo object, BiConsumer<String, Object> visitor) {
        for (var field : object.sdkFields()) {
            var value = given(field, object);
            if (value != null) {
                visitor.accept(field.locationName(), value);
            }
        }
    }

    /** The SDK's classes have empty collections of their own in the place of those that were never set. */
    private static @Nullable Object given(SdkField<?> field, SdkPojo object) {
        var value = field.getValueOrDefault(object);
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap ? null : value;
    }

    private static SdkPojo builderOf(SdkPojo object) {
        return (SdkPojo) ((ToCopyableBuilder<?, ?>) object).toBuilder();
    }

    private static SdkPojo built(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }
}
