package io.millrace.conformance;

import static io.millrace.conformance.RawClient.CBOR;
import static io.millrace.conformance.RawClient.JSON;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.conformance.RawClient.Reply;
import io.millrace.server.Millrace;
import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that no client sends by accident: refused like any other mistake, and the server goes on. */
@ExtendWith(SharedServer.class)
class HostileInputTest {
    private static final int BODY_MAX_BYTES = 16 * 1024 * 1024;
    private static final int NESTING = 10_000;
    private static final int REPLY_WAIT_MAX_MILLIS = 20_000;

    private final URI endpoint;
    private final RawClient client;

    HostileInputTest(Millrace millrace) {
        this.endpoint = millrace.endpoint();
        this.client = new RawClient(endpoint);
    }

    @AfterEach
    void isHealthyAndDisconnects() {
        assertThat(client.call("ListStreams", "{}").status()).isEqualTo(200);
        assertThat(client.post().method("GET").path("/health/ready").send().status())
                .isEqualTo(200);
        client.close();
    }

    static Stream<Arguments> jsonBodies() {
        var arrays = "[".repeat(NESTING) + "]".repeat(NESTING);
        var objects = "{\"a\":".repeat(NESTING) + "1" + "}".repeat(NESTING);
        return Stream.of(
                Arguments.of("nested arrays where a name belongs", "{\"StreamName\":" + arrays + "}"),
                Arguments.of("nested objects where a name belongs", "{\"StreamName\":" + objects + "}"),
                Arguments.of("nested objects", objects),
                Arguments.of("nested arrays", arrays),
                Arguments.of("nested arrays in an unknown member", "{\"Unknown\":" + arrays + "}"),
                Arguments.of("nested objects in an unknown member", "{\"Unknown\":" + objects + "}"),
                Arguments.of("unclosed arrays", "{\"Unknown\":" + "[".repeat(1_000_000)),
                Arguments.of("a number of a million digits", "{\"ShardCount\":" + "9".repeat(1_000_000) + "}"),
                Arguments.of("a huge exponent", "{\"ShardCount\":1e999999999}"),
                Arguments.of("a tiny exponent", "{\"ShardCount\":1e-999999999}"),
                Arguments.of("a minus alone", "{\"ShardCount\":-}"),
                Arguments.of("NaN", "{\"ShardCount\":NaN}"),
                Arguments.of("a lone surrogate", "{\"StreamName\":\"\\ud800\",\"ShardCount\":1}"),
                Arguments.of("a broken escape", "{\"StreamName\":\"\\u12\"}"),
                Arguments.of("a control character", "{\"StreamName\":\"a\u0001b\"}"),
                Arguments.of("a name of a megabyte", "{\"" + "n".repeat(1_000_000) + "\":1}"),
                Arguments.of("a key without a value", "{\"StreamName\"}"),
                Arguments.of("a comment", "{/* */\"StreamName\":\"a\"}"),
                Arguments.of("single quotes", "{'StreamName':'a'}"),
                Arguments.of("something after the end", "{\"StreamName\":\"a b\"}x"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jsonBodies")
    void refusesJson(String what, String body) {
        assertRefused(client.call("CreateStream", body), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "ff", "c0af", "eda080", "f4908080", "e282"})
    void refusesInvalidUtf8(String hex) {
        var bad = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
        var body = "{\"StreamName\":\"" + bad + "\",\"ShardCount\":1}";

        assertRefused(
                client.request("CreateStream")
                        .contentType(JSON)
                        .body(body.getBytes(ISO_8859_1))
                        .send(),
                hex);
    }

    @Test
    void refusesInvalidUtf8InAPartitionKey() {
        var stream = Streams.create(client, 1);
        var json = "{\"StreamName\":\"" + stream + "\",\"Data\":\"\",\"PartitionKey\":\"\u00c3(\"}";
        var cbor = RawClient.cborOf("{\"StreamName\":\"" + stream + "\",\"PartitionKey\":\"XX\"}");
        // The key's two letters stand at the very end.
        cbor[cbor.length - 2] = (byte) 0xc3;
        cbor[cbor.length - 1] = 0x28;

        assertRefused(
                client.request("PutRecord")
                        .contentType(JSON)
                        .body(json.getBytes(ISO_8859_1))
                        .send(),
                "JSON");
        assertRefused(client.callInCbor("PutRecord", cbor), "CBOR");
    }

    @Test
    void refusesTheSameMemberTwice() {
        var name = Kinesis.uniqueName();
        var reply = client.call("DescribeStream", "{\"StreamName\":\"" + name + "\",\"StreamName\":\"" + name + "\"}");

        assertRefused(reply, "the same member twice");
    }

    static Stream<Arguments> cborBodies() {
        return Stream.of(
                // {"StreamName": ...}
                cbor("nested arrays", "a16a53747265616d4e616d65" + "81".repeat(NESTING) + "00"),
                cbor("nested maps", "a16a53747265616d4e616d65" + "a16161".repeat(NESTING) + "00"),
                cbor("nested tags", "a16a53747265616d4e616d65" + "c1".repeat(NESTING) + "00"),
                cbor("nested arrays without an end", "a1" + "6161" + "9f".repeat(NESTING)),
                cbor("nested maps as the body", "a16161".repeat(NESTING) + "00"),
                // Lengths beyond what follows
                cbor("a map of 2^63 members", "bb8000000000000000"),
                cbor("an array of 2^31 elements", "a16161" + "9a80000000"),
                cbor("a text of 2^63 bytes", "a16a53747265616d4e616d65" + "7b8000000000000000"),
                cbor("a byte string of 4 GB", "a16444617461" + "5affffffff00"),
                cbor("a text of indefinite length without an end", "a16a53747265616d4e616d65" + "7f6161"),
                cbor("a text of chunks that are bytes", "a16a53747265616d4e616d65" + "7f4161ff"),
                // Things out of place
                cbor("a key that is a number", "a10001"),
                cbor("a key that is a map", "a1a001"),
                cbor("a break in a definite map", "a1ff"),
                cbor("a member without a value", "bf6161ff"),
                cbor("an unknown simple value", "a16a53747265616d4e616d65f820"),
                cbor("a reserved length", "a16a53747265616d4e616d651c"),
                cbor("a big number", "a16a5368617264436f756e74" + "c24affffffffffffffffffff"),
                cbor("not a number", "a16a5368617264436f756e74" + "f97e00"),
                cbor("infinity", "a16a5368617264436f756e74" + "f97c00"),
                cbor("invalid UTF-8", "a16a53747265616d4e616d65" + "62c328"),
                cbor("text for a blob", "a16444617461" + "6161"),
                cbor("an empty map", "a0"),
                cbor("bytes after the end", "a000"));
    }

    private static Arguments cbor(String what, String hex) {
        return Arguments.of(what, HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cborBodies")
    void refusesCbor(String what, byte[] body) {
        var reply = client.callInCbor(what.endsWith("blob") ? "PutRecord" : "CreateStream", body);

        assertThat(reply.status()).as(what).isBetween(400, 499);
        assertThat(reply.header("Content-Type")).as(what).hasValue(CBOR);
        assertThat(reply.cbor().path("__type").asText()).as(what).isNotEmpty();
    }

    @Test
    void answersGarbledRequestsWithoutAnError() {
        var stream = Streams.create(client, 1);
        var texts = new String[] {
            "{\"StreamName\":\"" + stream
                    + "\",\"Data\":\"aGVsbG8=\",\"PartitionKey\":\"k\",\"ExplicitHashKey\":\"5\"}",
            "{\"StreamName\":\"" + stream + "\",\"Records\":[{\"Data\":\"aGVsbG8=\",\"PartitionKey\":\"k\"}]}",
            "{\"StreamName\":\"" + stream + "\",\"ShardId\":\"shardId-000000000000\","
                    + "\"ShardIteratorType\":\"AT_TIMESTAMP\",\"Timestamp\":1700000000.123}"
        };
        var operations = new String[] {"PutRecord", "PutRecords", "GetShardIterator"};
        Seeds.forEach(300, random -> {
            int which = random.nextInt(texts.length);
            boolean inCbor = random.nextBoolean();
            var body = inCbor ? RawClient.cborOf(texts[which]) : texts[which].getBytes(ISO_8859_1);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                body = Arrays.copyOf(body, random.nextInt(1, body.length));
            }

            var reply = client.request(operations[which])
                    .contentType(inCbor ? CBOR : JSON)
                    .body(body)
                    .send();

            assertThat(reply.status())
                    .as("%s with %s: %s", operations[which], HexFormat.of().formatHex(body), reply.text())
                    .isBetween(200, 499);
        });
    }

    @Test
    void takesABodyOfSixteenMebibytes() {
        var padding = "x".repeat(BODY_MAX_BYTES - "{\"Unknown\":\"\"}".length());

        assertThat(client.call("ListStreams", "{\"Unknown\":\"" + padding + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesALargerBodyByItsLength() throws IOException {
        assertThat(statusLine(head("ListStreams", "Content-Length: " + (BODY_MAX_BYTES + 1)) + "{"))
                .contains(" 413 ");
    }

    @Test
    void refusesALargerBodyThatComesInChunks() throws IOException {
        try (var socket = connect()) {
            var out = socket.getOutputStream();
            out.write(head("ListStreams", "Transfer-Encoding: chunked").getBytes(ISO_8859_1));
            var chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(ISO_8859_1);
            try {
                for (int sent = 0; sent <= BODY_MAX_BYTES; sent += 0x10000) {
                    out.write(chunk);
                }
            } catch (SocketException _) {
                // The server may have closed its side once it had answered.
            }
            assertThat(firstLine(socket))
                    .satisfiesAnyOf(
                            line -> assertThat(line).contains(" 413 "),
                            line -> assertThat(line).isEmpty());
        }
    }

    @Test
    void survivesABodyThatBreaksOff() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write((head("CreateStream", "Content-Length: 100") + "{\"StreamName\":").getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(firstLine(socket))
                    .satisfiesAnyOf(
                            line -> assertThat(line).contains(" 400 "),
                            line -> assertThat(line).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: -1",
        "Content-Length: x",
        "Content-Length: 99999999999999999999999",
        "Transfer-Encoding: nonsense",
        "Content-Length : 2"
    })
    void refusesFramingThatMakesNoSense(String header) throws IOException {
        assertRefusedOrClosed(statusLine(head("ListStreams", header) + "{}"));
    }

    @Test
    void refusesTwoLengthsAtOnce() throws IOException {
        assertRefusedOrClosed(statusLine(head("ListStreams", "Content-Length: 2\r\nContent-Length: 3") + "{}\n"));
        assertRefusedOrClosed(
                statusLine(head("ListStreams", "Content-Length: 2\r\nTransfer-Encoding: chunked") + "0\r\n\r\n"));
    }

    @Test
    void refusesEndlessHeaders() throws IOException {
        assertRefusedOrClosed(statusLine(head("ListStreams", "X-Long: " + "x".repeat(1_000_000)) + "{}"));
        assertRefusedOrClosed(statusLine(head("ListStreams", "X-Many: x\r\n".repeat(50_000) + "X-Last: x") + "{}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n\r\n",
                "POST / HTTP/9.9\r\n\r\n",
                "POST\r\n\r\n",
                "\u0000\u0001\u0002\u0003",
                // TLS that isn't, and HTTP/2 that goes on with garbage or with a frame that is too long
                "\u0016\u0003\u0001\u0000\u0005hello",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nhello, this is no frame",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u00ff\u00ff\u00ff\u0000\u0000\u0000\u0000\u0000\u0001"
            })
    void endsConnectionsThatSpeakNothingItKnows(String bytes) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            // Whatever it says, it comes to an end.
            readToTheEnd(socket);
        }
    }

    @Test
    void servesOthersWhileManyConnectionsSayNothing() throws IOException {
        var silent = new Socket[200];
        try {
            for (int index = 0; index < silent.length; index++) {
                silent[index] = connect();
                silent[index].getOutputStream().write("POST / HTTP/1.1\r\nHost:".getBytes(ISO_8859_1));
            }
            assertThat(client.call("ListStreams", "{}").status()).isEqualTo(200);
        } finally {
            for (var socket : silent) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(endpoint.getHost(), endpoint.getPort());
        socket.setSoTimeout(REPLY_WAIT_MAX_MILLIS);
        return socket;
    }

    private String head(String operation, String headers) {
        return "POST / HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\nContent-Type: " + JSON
                + "\r\nX-Amz-Target: " + RawClient.TARGET_PREFIX + operation + "\r\nAuthorization: "
                + RawClient.AUTHORIZATION + "\r\nX-Amz-Date: " + RawClient.DATE + "\r\n" + headers + "\r\n\r\n";
    }

    /** The first line of the answer, empty if the connection was closed instead. */
    private String statusLine(String request) throws IOException {
        try (var socket = connect()) {
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            } catch (SocketException _) {
                // Refused before it was all sent.
            }
            return firstLine(socket);
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        var line = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next != -1 && next != '\r';
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
        } catch (SocketException _) {
            // Reset instead of closed: the server had not read all we sent.
        }
        return line.toString();
    }

    private static void readToTheEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException _) {
            // Reset is an end, too.
        }
    }

    private static void assertRefusedOrClosed(String statusLine) {
        assertThat(statusLine)
                .satisfiesAnyOf(
                        line -> assertThat(line).matches("HTTP/1\\.1 4\\d\\d .*"),
                        line -> assertThat(line).isEmpty());
    }

    private static void assertRefused(Reply reply, String what) {
        assertThat(reply.status()).as(what).isBetween(400, 499);
        var body = reply.header("Content-Type").orElse("").equals(CBOR) ? reply.cbor() : reply.json();
        assertThat(body.path("__type").asText()).as(what).isNotEmpty();
    }
}
