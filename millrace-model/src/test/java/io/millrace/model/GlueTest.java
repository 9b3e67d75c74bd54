package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.GetTablesRequest;

/** Holds the operation table and the constraint data against the SDK's classes, so that nothing is missed. */
class GlueTest {
    private static final Namespace NAMESPACE = new Namespace("123456789012", "eu-west-1");
    private static final String GLUE = "arn:aws:glue:eu-west-1:123456789012:";

    static List<Operation<?, ?>> operations() {
        return Glue.ALL;
    }

    @Test
    void listsEachOfItsConstants() throws IllegalAccessException {
        int constants = 0;
        for (var field : Glue.class.getFields()) {
            if (field.getType() == Operation.class) {
                assertThat(Glue.ALL).contains((Operation<?, ?>) field.get(null));
                constants++;
            }
        }
        assertThat(Glue.ALL).hasSize(constants).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void readsEachOperationIntoItsOwnRequestClass(Operation<?, ?> operation) {
        assertThat(operation.wireInput().get().getClass().getEnclosingClass().getSimpleName())
                .isEqualTo(operation.name() + "Request");
        assertThat(operation.iamAction()).isEqualTo("glue:" + operation.name());
        assertThat(operation.service()).isEqualTo(Service.GLUE);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void hasConstraintDataForEachMember(Operation<?, ?> operation) {
        sameMembers(
                operation.name(),
                Constraints.input(operation),
                operation.wireInput().get());
    }

    @Test
    void hasConstraintDataForNothingElse() {
        assertThat(ConstraintFile.of(Service.GLUE).operations())
                .isEqualTo(Glue.ALL.stream().map(Operation::name).collect(Collectors.toSet()));
    }

    @Test
    void findsAThingAndAllThatItIsIn() {
        var create = CreateTableRequest.builder()
                .databaseName("Lake")
                .tableInput(table -> table.name("Orders"))
                .build();
        var list = GetTablesRequest.builder()
                .catalogId("210987654321")
                .databaseName("lake")
                .build();

        assertThat(Glue.CREATE_TABLE.resources().arns(create, NAMESPACE))
                .containsExactly(GLUE + "catalog", GLUE + "database/lake", GLUE + "table/lake/orders");
        assertThat(Glue.GET_TABLES.resources().arns(list, NAMESPACE))
                .contains("arn:aws:glue:eu-west-1:210987654321:table/lake/*");
    }

    private static void sameMembers(String path, Shape.Structure shape, SdkPojo object) {
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
                sameMembers(path, structure, field.constructor().get());
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
