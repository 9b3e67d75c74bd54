package io.millrace.firehose.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.firehose.model.UpdateDestinationRequest;
import software.amazon.awssdk.utils.builder.Buildable;

/** Updates against a naive model: both sides as maps of names to values. */
class UpdatesTest {
    private static final Map<String, String> RENAMED =
            Map.of("S3Update", "S3Configuration", "S3BackupUpdate", "S3BackupConfiguration");
    private static final Set<String> MERGED =
            Set.of("S3Configuration", "S3BackupConfiguration", "DataFormatConversionConfiguration");

    @ParameterizedTest
    @EnumSource(DestinationKind.class)
    void changeWhatTheyMentionAndNothingElse(DestinationKind kind) {
        Seeds.forEach(300, random -> {
            var present = kind.typed(anyOf(kind.builder(), random));
            var update = anyOf(updateBuilder(kind), random);

            var next = new Destinations.Update(kind, update).appliedTo(present);

            assertThat(mapOf(next.configuration())).isEqualTo(merged(mapOf(present.configuration()), mapOf(update)));
        });
    }

    @ParameterizedTest
    @EnumSource(DestinationKind.class)
    void whatMentionsNothingChangesNothing(DestinationKind kind) {
        Seeds.forEach(50, random -> {
            var present = kind.typed(anyOf(kind.builder(), random));

            var next = new Destinations.Update(kind, built(updateBuilder(kind))).appliedTo(present);

            assertThat(next).isEqualTo(present);
        });
    }

    private static SdkPojo updateBuilder(DestinationKind kind) {
        var field =
                UpdateDestinationRequest.builder().build().sdkFieldNameToField().get(kind.updateMember());
        return field.constructor().get();
    }

    private static Map<String, Object> merged(Map<String, Object> present, Map<String, Object> update) {
        var next = new HashMap<>(present);
        update.forEach((name, value) -> {
            var member = RENAMED.getOrDefault(name, name);
            next.put(
                    member,
                    MERGED.contains(member) && present.containsKey(member)
                            ? merged(members(present.get(member)), members(value))
                            : value);
        });
        return next;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Object structure) {
        return (Map<String, Object>) structure;
    }

    private static Map<String, Object> mapOf(SdkPojo object) {
        var map = new HashMap<String, Object>();
        for (var field : object.sdkFields()) {
            var value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                map.put(field.locationName(), value instanceof SdkPojo nested ? mapOf(nested) : value);
            }
        }
        return map;
    }

    /** An object of any shape, with about half of its members given. */
    private static SdkPojo anyOf(SdkPojo builder, RandomGenerator random) {
        for (var field : builder.sdkFields()) {
            if (random.nextBoolean()) {
                field.set(builder, anyValue(field, random));
            }
        }
        return built(builder);
    }

    private static Object anyValue(SdkField<?> field, RandomGenerator random) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> "text" + random.nextInt(10);
            case INTEGER -> random.nextInt(10);
            case DOUBLE -> random.nextInt(10) / 10.0;
            case BOOLEAN -> random.nextBoolean();
            case SDK_POJO -> anyOf(field.constructor().get(), random);
            case LIST -> {
                var list = new ArrayList<Object>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(anyValue(field.getTrait(ListTrait.class).memberFieldInfo(), random));
                }
                yield List.copyOf(list);
            }
            case MAP -> Map.of("key", anyValue(field.getTrait(MapTrait.class).valueFieldInfo(), random));
            default -> throw new IllegalArgumentException(field.memberName());
        };
    }

    private static SdkPojo built(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }
}
