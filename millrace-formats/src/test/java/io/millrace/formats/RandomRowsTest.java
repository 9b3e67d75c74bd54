package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.OrcCompression;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetCompression;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetWriterVersion;

/** Random rows of random tables, through JSON and a file, to another library's eyes. */
class RandomRowsTest {
    private static final int SEEDS = 40;
    private static final int ROWS_MAX = 300;
    private static final int COLUMNS_MAX = 6;
    private static final int DEPTH_MAX = 3;
    private static final long LAST_SECOND = LocalDateTime.parse("2261-01-01T00:00:00").toEpochSecond(ZoneOffset.UTC);
    private static final long FIRST_SECOND = LocalDateTime.parse("1678-01-01T00:00:00").toEpochSecond(ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void comeBackFromParquetAsTheyWere() {
        Seeds.forEach(SEEDS, random -> {
            var format = Written.parquet(ParquetSerDe.builder()
                    .compression(pick(random, List.of(
                            ParquetCompression.SNAPPY, ParquetCompression.GZIP, ParquetCompression.UNCOMPRESSED)))
                    .enableDictionaryCompression(random.nextBoolean())
                    .writerVersion(random.nextBoolean() ? ParquetWriterVersion.V1 : ParquetWriterVersion.V2)
                    .build());
            var table = new Table(random);
            assertThat(Duck.rows(
                            Written.file(directory, format, table.schema, Written.OPENX, table.json())))
                    .as(table.schema.toString())
                    .isEqualTo(table.rows);
        });
    }

    @Test
    void comeBackFromOrcAsTheyWere() {
        Seeds.forEach(SEEDS, random -> {
            var format = Written.orc(OrcSerDe.builder()
                    .compression(pick(random, List.of(OrcCompression.SNAPPY, OrcCompression.ZLIB, OrcCompression.NONE)))
                    .dictionaryKeyThreshold(random.nextBoolean() ? 0.0 : 0.8)
                    .build());
            var table = new Table(random);
            assertThat(Arrow.rows(
                            Written.file(directory, format, table.schema, Written.OPENX, table.json())))
                    .as(table.schema.toString())
                    .isEqualTo(table.rows);
        });
    }

    private static <T> T pick(SplittableRandom random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** A table with rows that hold what a reader should see. */
    private static final class Table {
        final TableSchema schema;
        final List<List<Object>> rows = new ArrayList<>();
        private final SplittableRandom random;

        Table(SplittableRandom random) {
            this.random = random;
            schema = new TableSchema(members(1 + random.nextInt(COLUMNS_MAX), 0));
            for (int row = random.nextInt(ROWS_MAX); row >= 0; row--) {
                var values = new ArrayList<>();
                schema.columns().forEach(column -> values.add(value(column.type())));
                rows.add(values);
            }
        }

        List<String> json() {
            return rows.stream()
                    .map(row -> object(IntStream.range(0, row.size())
                            .boxed()
                            .collect(LinkedHashMap::new, (map, i) -> map.put("c" + i, row.get(i)), Map::putAll),
                            schema.row()))
                    .toList();
        }

        private List<TableSchema.Column> members(int count, int depth) {
            return IntStream.range(0, count)
                    .mapToObj(index -> new TableSchema.Column("c" + index, type(depth)))
                    .toList();
        }

        private HiveType type(int depth) {
            int kinds = depth < DEPTH_MAX ? 15 : 12;
            return switch (random.nextInt(kinds)) {
                case 0 -> new HiveType.Whole(Byte.SIZE << random.nextInt(4));
                case 1 -> new HiveType.Single();
                case 2 -> new HiveType.Real();
                case 3 -> {
                    int precision = 1 + random.nextInt(HiveType.Decimal.PRECISION_MAX);
                    yield new HiveType.Decimal(precision, random.nextInt(precision + 1));
                }
                case 4 -> new HiveType.Varchar(200);
                case 5 -> new HiveType.Bool();
                case 6 -> new HiveType.Bytes();
                case 7 -> new HiveType.Date();
                case 8 -> new HiveType.Timestamp();
                case 9, 10, 11 -> new HiveType.Text();
                case 12 -> new HiveType.ListOf(type(depth + 1));
                case 13 -> new HiveType.MapOf(new HiveType.Text(), type(depth + 1));
                default -> new HiveType.Struct(members(1 + random.nextInt(3), depth + 1));
            };
        }

        private Object value(HiveType type) {
            if (random.nextInt(8) == 0) {
                return null;
            }
            return switch (type) {
                case HiveType.Whole whole -> random.nextLong(whole.min(), whole.max());
                case HiveType.Single _ -> Float.intBitsToFloat(random.nextInt(0x7F000000));
                case HiveType.Real _ -> -Double.longBitsToDouble(random.nextLong(0x7FE0000000000000L));
                case HiveType.Decimal decimal -> {
                    var digits = random.ints(decimal.precision(), 0, 10)
                            .mapToObj(String::valueOf)
                            .collect(Collectors.joining());
                    var unscaled = new BigInteger(digits);
                    yield new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
                }
                case HiveType.Text _, HiveType.Varchar _, HiveType.FixedChar _ -> text();
                case HiveType.Bool _ -> random.nextBoolean();
                case HiveType.Bytes _ -> {
                    var bytes = new byte[random.nextInt(20)];
                    random.nextBytes(bytes);
                    yield List.of(Arrays.toString(bytes));
                }
                case HiveType.Date _ -> LocalDate.ofEpochDay(random.nextInt(-700_000, 2_900_000));
                // Microseconds: DuckDB keeps no more.
                case HiveType.Timestamp _ ->
                    LocalDateTime.ofEpochSecond(
                            random.nextLong(FIRST_SECOND, LAST_SECOND),
                            random.nextInt(1_000_000) * 1000,
                            ZoneOffset.UTC);
                case HiveType.ListOf list -> {
                    var values = new ArrayList<>();
                    for (int i = random.nextInt(12); i > 0; i--) {
                        values.add(value(list.element()));
                    }
                    yield values;
                }
                case HiveType.MapOf map -> {
                    var values = new LinkedHashMap<>();
                    for (int i = random.nextInt(12); i > 0; i--) {
                        values.put(text().toLowerCase(java.util.Locale.ROOT), value(map.value()));
                    }
                    yield values;
                }
                case HiveType.Struct struct -> {
                    var values = new LinkedHashMap<>();
                    struct.members().forEach(member -> values.put(member.name(), value(member.type())));
                    yield values;
                }
            };
        }

        private String text() {
            return random.ints(random.nextInt(15), 1, 0x2FFF)
                    .map(c -> random.nextInt(10) == 0 ? 0x1F600 + c % 64 : random.nextBoolean() ? c % 128 + 1 : c)
                    .filter(c -> Character.isDefined(c) && !Character.isSurrogate((char) c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private String object(Map<?, ?> values, HiveType type) {
            var members = new ArrayList<String>();
            int index = 0;
            for (var entry : values.entrySet()) {
                var member =
                        type instanceof HiveType.Struct struct
                                ? struct.members().get(index++).type()
                                : ((HiveType.MapOf) type).value();
                members.add(quoted((String) entry.getKey()) + ":" + json(entry.getValue(), member));
            }
            return "{" + String.join(",", members) + "}";
        }

        private String json(Object value, HiveType type) {
            return switch (value) {
                case null -> "null";
                case Map<?, ?> map -> object(map, type);
                case List<?> list when type instanceof HiveType.ListOf elements ->
                    list.stream()
                            .map(element -> json(element, elements.element()))
                            .collect(Collectors.joining(", ", "[", "]"));
                case List<?> bytes -> quoted(base64((String) bytes.getFirst()));
                case Number number -> random.nextBoolean() ? number.toString() : quoted(number.toString());
                case Boolean bool -> bool.toString();
                case LocalDateTime time ->
                    quoted(time.toString().replace('T', ' ') + (time.getSecond() + time.getNano() == 0 ? ":00" : ""));
                default -> quoted(value.toString());
            };
        }

        private static String base64(String bytes) {
            var numbers = bytes.substring(1, bytes.length() - 1);
            var parts = numbers.isEmpty() ? new String[0] : numbers.split(", ");
            var array = new byte[parts.length];
            for (int i = 0; i < parts.length; i++) {
                array[i] = Byte.parseByte(parts[i]);
            }
            return Base64.getEncoder().encodeToString(array);
        }

        private String quoted(String text) {
            var json = new StringBuilder("\"");
            text.codePoints().forEach(point -> {
                var character = Character.toString(point);
                if (point < ' ' || point == '"' || point == '\\' || random.nextInt(20) == 0) {
                    character.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
                } else {
                    json.append(character);
                }
            });
            return json.append('"').toString();
        }
    }
}
