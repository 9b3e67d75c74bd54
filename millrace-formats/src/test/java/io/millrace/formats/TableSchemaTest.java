package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableSchemaTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tinyint",
                "smallint",
                "int",
                "bigint",
                "float",
                "double",
                "decimal(38,10)",
                "string",
                "varchar(65535)",
                "char(255)",
                "boolean",
                "binary",
                "date",
                "timestamp",
                "array<map<string,struct<a:int,b:array<decimal(10,2)>>>>"
            })
    void readsEachTypeAndPrintsItBack(String type) {
        assertThat(TableSchema.Column.of("c", type).type()).hasToString(type);
    }

    @Test
    void readsTypesHoweverTheyAreSpaced() {
        assertThat(TableSchema.Column.of("C", " MAP < String , struct<`A``b` : decimal( 10 , 2 ), order:INTEGER> > "))
                .hasToString("Column[name=c, type=map<string,struct<a`b:decimal(10,2),order:int>>]");
        assertThat(TableSchema.Column.of("c", "decimal").type()).hasToString("decimal(10,0)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "uniontype<int,string>",
                "struct<a:interval>",
                "array<string",
                "struct<>",
                "struct<a:>",
                "struct<:string>",
                "struct<a:int,A:string>",
                "varchar(6 5535)",
                "varchar(0)",
                "varchar(65536)",
                "decimal(39,1)",
                "decimal(5,6)",
                "map<struct<a:string>,int>",
                "map<string>",
                "array<string>garbage",
                "timestamp with local time zone"
            })
    void refusesTypesItCannotWriteAndSaysWhich(String type) {
        assertThatThrownBy(() -> TableSchema.Column.of("c", type))
                .isInstanceOf(UnsupportedTypeException.class)
                .hasMessageStartingWith("Column c is of type " + type + ", which can't be converted: it ");
    }

    @Test
    void refusesBottomlessTypes() {
        var type = "array<".repeat(100_000) + "string" + ">".repeat(100_000);

        assertThatThrownBy(() -> TableSchema.Column.of("c", type))
                .isInstanceOf(UnsupportedTypeException.class)
                .hasMessageContaining("is nested deeper than 32 levels");
    }

    @Test
    void refusesTwoColumnsOfOneName() {
        assertThatThrownBy(() -> Written.table("a int", "A string"))
                .isInstanceOf(UnsupportedTypeException.class)
                .hasMessage("The table has two columns named a.");
    }
}
