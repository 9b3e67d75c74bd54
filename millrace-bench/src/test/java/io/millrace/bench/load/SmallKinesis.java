package io.millrace.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stream of one shard in memory, JSON only, that can be told to misbehave. */
final class SmallKinesis implements AutoCloseable {
    /** What it does wrong. */
    enum Fault {
        NONE,
        LOSES_THE_LAST_RECORD_OF_EACH_CALL,
        REFUSES_A_RECORD_OF_EACH_CALL,
        ANSWERS_503_TO_PUTS
    }

    private static final byte[] RECORDS = "Records".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "Data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARTITION_KEY = "PartitionKey".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SHARD_ITERATOR = "ShardIterator".getBytes(StandardCharsets.US_ASCII);
    private static final int PAGE_MAX_RECORDS = 700;

    private record Stored(String partitionKey, String data) {}

    private final Fault fault;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Stored> shard = new ArrayList<>();

    SmallKinesis(Fault fault) throws IOException {
        this.fault = fault;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            var body = ByteBuffer.wrap(exchange.getRequestBody().readAllBytes());
            boolean refused = fault == Fault.ANSWERS_503_TO_PUTS && target.contains("Put");
            var reply = (refused ? "busy" : answer(target, new JsonCursor(body))).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(refused ? 503 : 200, reply.length == 0 ? -1 : reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    private synchronized String answer(String target, JsonCursor body) {
        return switch (target.substring(target.indexOf('.') + 1)) {
            case "CreateStream", "DeleteStream" -> "";
            case "DescribeStream" ->
                "{\"StreamDescription\":{\"StreamStatus\":\"ACTIVE\",\"HasMoreShards\":false,"
                        + "\"Shards\":[{\"ShardId\":\"shard-0\"}]}}";
            case "PutRecord", "PutRecords" -> put(body);
            case "PutRecordBatch" ->
                "{\"FailedPutCount\":" + (fault == Fault.REFUSES_A_RECORD_OF_EACH_CALL ? 1 : 0)
                        + ",\"Encrypted\":false,\"RequestResponses\":[]}";
            case "GetShardIterator" -> "{\"ShardIterator\":\"0\"}";
            case "GetRecords" -> page(body);
            default -> throw new IllegalArgumentException(target);
        };
    }

    private String put(JsonCursor body) {
        var put = new ArrayList<Stored>();
        body.enterMap();
        String key = "";
        String data = "";
        while (body.nextMember()) {
            if (body.nameIs(RECORDS)) {
                body.enterList();
                while (body.nextElement()) {
                    body.enterMap();
                    put.add(record(body));
                }
            } else if (body.nameIs(DATA)) {
                data = body.text();
            } else if (body.nameIs(PARTITION_KEY)) {
                key = body.text();
            } else {
                body.skip();
            }
        }
        if (put.isEmpty()) {
            put.add(new Stored(key, data));
        }
        if (fault == Fault.LOSES_THE_LAST_RECORD_OF_EACH_CALL) {
            put.removeLast();
        }
        shard.addAll(put);
        return "{\"FailedRecordCount\":" + (fault == Fault.REFUSES_A_RECORD_OF_EACH_CALL ? 1 : 0) + ",\"Records\":[]}";
    }

    private static Stored record(JsonCursor body) {
        String key = "";
        String data = "";
        while (body.nextMember()) {
            if (body.nameIs(DATA)) {
                data = body.text();
            } else {
                key = body.text();
            }
        }
        return new Stored(key, data);
    }

    private String page(JsonCursor body) {
        int from = 0;
        body.enterMap();
        while (body.nextMember()) {
            if (body.nameIs(SHARD_ITERATOR)) {
                from = Integer.parseInt(body.text());
            } else {
                body.skip();
            }
        }
        int to = Math.min(shard.size(), from + PAGE_MAX_RECORDS);
        var page = new JsonWriter().map(3).name("Records").list(to - from);
        for (int i = from; i < to; i++) {
            page.map(3)
                    .name("PartitionKey")
                    .text(shard.get(i).partitionKey())
                    .name("Data")
                    .text(shard.get(i).data())
                    .name("SequenceNumber")
                    .text(Integer.toString(i + 1))
                    .endMap();
        }
        page.endList().name("NextShardIterator").text(Integer.toString(to));
        page.name("MillisBehindLatest").number(shard.size() - to);
        return new String(page.endMap().toByteArray(), StandardCharsets.UTF_8);
    }
}
