package io.millrace.formats;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.Blob;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;

/** Reads Parquet files with DuckDB, which shares no line of code with the writer. */
final class Duck {
    private Duck() {}

    static List<List<Object>> rows(Path parquet) throws SQLException {
        return query("select * from read_parquet('" + parquet + "')");
    }

    static List<List<Object>> query(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("set threads = 1");
            statement.execute("set TimeZone = 'UTC'");
            try (var results = statement.executeQuery(sql)) {
                var rows = new ArrayList<List<Object>>();
                while (results.next()) {
                    var row = new ArrayList<>();
                    for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                        row.add(plain(results.getObject(i)));
                    }
                    rows.add(row);
                }
                return rows;
            }
        }
    }

    private static Object plain(Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case Blob blob -> List.of(Arrays.toString(blob.getBytes(1, (int) blob.length())));
            case Timestamp timestamp -> timestamp.toLocalDateTime();
            case OffsetDateTime time -> time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            case LocalDateTime time -> time;
            case Array array -> {
                var elements = new ArrayList<>();
                for (var element : (Object[]) array.getArray()) {
                    elements.add(plain(element));
                }
                yield elements;
            }
            case DuckDBStruct struct -> plainMap(struct.getMap());
            case Struct struct -> throw new AssertionError(struct);
            case Map<?, ?> map -> plainMap(map);
            default -> value;
        };
    }

    private static Map<Object, Object> plainMap(Map<?, ?> map) throws SQLException {
        var plain = new LinkedHashMap<>();
        for (var entry : map.entrySet()) {
            plain.put(plain(entry.getKey()), plain(entry.getValue()));
        }
        return plain;
    }
}
