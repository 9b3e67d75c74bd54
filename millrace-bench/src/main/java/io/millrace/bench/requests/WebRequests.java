package io.millrace.bench.requests;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** A row of web requests as lines of JSON, each other than the last; the same from the same seed. Owned by one thread. */
public final class WebRequests {
    /** What a table of them has, nested parts and all; records have one member more. */
    public static final List<Column> COLUMNS = List.of(
            new Column("request_id", "string"),
            new Column("received", "timestamp"),
            new Column("customer", "bigint"),
            new Column("method", "string"),
            new Column("path", "string"),
            new Column("status", "int"),
            new Column("bytes_sent", "bigint"),
            new Column("seconds", "double"),
            new Column("price", "decimal(12,4)"),
            new Column("cached", "boolean"),
            new Column("user_agent", "string"),
            new Column("client", "struct<ip:string,country:string,port:int>"),
            new Column("headers", "map<string,string>"),
            new Column("tags", "array<string>"));

    private static final String[] COUNTRIES = {"DE", "FR", "US", "JP", "BR", "IN", "GB", "ZA"};

    private final SplittableRandom random;
    private int number;

    /**
     * A column of the table.
     *
     * @param type as Hive writes it
     */
    public record Column(String name, String type) {}

    public WebRequests(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The next line, with its end. */
    public byte[] next() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    private String text() {
        return ("{\"request_id\":\"%016x%016x\",\"received\":\"2026-03-%02dT%02d:%02d:%02d.%03dZ\",\"customer\":%d,"
                        + "\"method\":\"%s\",\"path\":\"/shop/items/%d/reviews?page=%d\",\"status\":%d,\"bytes_sent\":%d,"
                        + "\"seconds\":%.6f,\"price\":%.4f,\"cached\":%b,"
                        + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0\","
                        + "\"client\":{\"ip\":\"10.%d.%d.%d\",\"country\":\"%s\",\"port\":%d},"
                        + "\"headers\":{\"accept\":\"text/html\",\"accept-language\":\"en\",\"x-trace\":\"%08x\"},"
                        + "\"tags\":[\"shop\",\"region-%d\"],\"undeclared\":{\"number\":%d}}\n")
                .formatted(
                        random.nextLong(),
                        random.nextLong(),
                        1 + random.nextInt(28),
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1000),
                        random.nextInt(100_000),
                        random.nextInt(10) == 0 ? "POST" : "GET",
                        random.nextInt(50_000),
                        random.nextInt(20),
                        random.nextInt(20) == 0 ? 404 : 200,
                        random.nextInt(200_000),
                        random.nextDouble(),
                        random.nextDouble() * 1000,
                        random.nextBoolean(),
                        100 + random.nextInt(40),
                        100 + random.nextInt(40),
                        random.nextInt(256),
                        random.nextInt(256),
                        random.nextInt(256),
                        COUNTRIES[random.nextInt(COUNTRIES.length)],
                        1024 + random.nextInt(60_000),
                        random.nextInt(),
                        random.nextInt(12),
                        number++);
    }
}
