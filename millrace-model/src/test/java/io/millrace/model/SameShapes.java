package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/** Holds constraint data against the SDK's classes. */
final class SameShapes {
    private SameShapes() {}

    static void require(String path, Shape.Structure shape, SdkPojo object) {
        var published = shape.members().stream()
                .filter(member -> !member.reserved())
                .collect(Collectors.toMap(Shape.Member::name, Shape.Member::shape));
        var fields = new HashMap<String, SdkField<?>>();
        object.sdkFields().forEach(field -> fields.put(field.locationName(), field));

        assertThat(new TreeSet<>(published.keySet())).as(path).isEqualTo(new TreeSet<>(fields.keySet()));
        fields.forEach((name, field) -> sameShape(path + "." + name, published.get(name), field));
    }

    private static void sameShape(String path, Shape shape, SdkField<?> field) {
        var type = field.marshallingType();
        switch (shape) {
            case Shape.Structure structure -> {
                assertThat(type).as(path).isEqualTo(MarshallingType.SDK_POJO);
                require(path, structure, field.constructor().get());
            }
            case Shape.Sequence sequence -> {
                assertThat(type).as(path).isEqualTo(MarshallingType.LIST);
                sameShape(
                        path,
                        sequence.element(),
                        field.getTrait(ListTrait.class).memberFieldInfo());
                hasShortEnd(path, shape);
            }
            case Shape.Mapping mapping -> {
                assertThat(type).as(path).isEqualTo(MarshallingType.MAP);
                sameShape(path, mapping.value(), field.getTrait(MapTrait.class).valueFieldInfo());
                hasShortEnd(path, shape);
            }
            case Shape.Scalar _ ->
                assertThat(type).as(path).isNotIn(MarshallingType.SDK_POJO, MarshallingType.LIST, MarshallingType.MAP);
        }
    }

    /** Readers drop what lies far beyond the end of a list or a map, which is right only if each has an end. */
    private static void hasShortEnd(String path, Shape shape) {
        assertThat(shape.checks())
                .as(path)
                .anySatisfy(check -> assertThat(check)
                        .isInstanceOfSatisfying(
                                Check.LengthAtMost.class,
                                end -> assertThat(end.max()).isLessThan(10_000)));
    }
}
