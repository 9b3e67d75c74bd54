package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Encoding.class)
class ShardReaderTest {
    private static final URI ENDPOINT = URI.create("http://localhost");

    @Parameter
    Encoding encoding;

    private Corpus corpus;
    private ShardReader reader;

    @BeforeEach
    void haveAnIterator() throws IOException {
        corpus = new Corpus(encoding, 10, 33);
        reader = new ShardReader(new Calls(ENDPOINT, "s", encoding, Signature.NONE), corpus, "shard-0");
        reader.nextCall();
        assertThat(reader.answered(ok(encoding.writer()
                        .map(1)
                        .name("ShardIterator")
                        .text("first")
                        .endMap())))
                .isEqualTo(new ShardReader.Page.Iterator());
        reader.nextCall();
    }

    @Test
    void countsEachRecordOfAPage() throws IOException {
        assertThat(reader.answered(page("1", 3, "2", 4))).isEqualTo(new ShardReader.Page.Records(2, false));
        assertThat(reader.answered(page("10", 3))).isEqualTo(new ShardReader.Page.Records(1, false));

        assertThat(reader.seen()).containsExactly(0, 0, 0, 2, 1, 0, 0, 0, 0, 0);
    }

    @Test
    void isAtTheTailWhenNothingCameAndNothingIsBehind() throws IOException {
        assertThat(reader.answered(page())).isEqualTo(new ShardReader.Page.Records(0, true));
    }

    @Test
    void refusesSequenceNumbersThatDoNotRise() throws IOException {
        reader.answered(page("19", 3));

        assertThatThrownBy(() -> reader.answered(page("19", 4)))
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining("do not rise");
        assertThatThrownBy(() -> reader.answered(page("20", 4, "9", 5))).isInstanceOf(WrongAnswerException.class);
    }

    @Test
    void refusesARecordWithOneByteChanged() {
        var payload = corpus.payload(3).clone();
        payload[payload.length - 1] ^= 1;
        var page = encoding.writer().map(2).name("Records").list(1);
        record(page, "1", corpus.key(3), payload)
                .endList()
                .name("NextShardIterator")
                .text("n")
                .endMap();

        assertThatThrownBy(() -> reader.answered(ok(page))).hasMessageContaining("was not put");
    }

    @Test
    void refusesAnUnknownKey() {
        var page = encoding.writer().map(2).name("Records").list(1);
        record(page, "1", "record-0000010", corpus.payload(3))
                .endList()
                .name("NextShardIterator")
                .text("n")
                .endMap();

        assertThatThrownBy(() -> reader.answered(ok(page))).hasMessageContaining("was not put");
    }

    @Test
    void tellsWhatTheServerRefused() throws IOException {
        assertThat(reader.answered(reply("400 Bad Request", "why".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(new ShardReader.Page.Refused("a read was answered 400: why"));
    }

    /** A page of (sequence number, record) pairs, with members that the driver has no use for. */
    private HttpReply page(Object... pairs) throws IOException {
        var page = encoding.writer().map(4).name("MillisBehindLatest").number(0);
        page.name("Unknown")
                .map(1)
                .name("a")
                .list(2)
                .number(1_000_000)
                .text("b")
                .endList()
                .endMap();
        page.name("Records").list(pairs.length / 2);
        for (int i = 0; i < pairs.length; i += 2) {
            int number = (int) pairs[i + 1];
            record(page, (String) pairs[i], corpus.key(number), corpus.payload(number));
        }
        return ok(page.endList().name("NextShardIterator").text("next").endMap());
    }

    private static MessageWriter record(MessageWriter to, String sequenceNumber, String key, byte[] data) {
        return to.map(4)
                .name("SequenceNumber")
                .text(sequenceNumber)
                .name("Data")
                .blob(data)
                .name("ApproximateArrivalTimestamp")
                .number(1_700_000_000)
                .name("PartitionKey")
                .text(key)
                .endMap();
    }

    private static HttpReply ok(MessageWriter message) throws IOException {
        return reply("200 OK", message.toByteArray());
    }

    private static HttpReply reply(String status, byte[] body) throws IOException {
        var wire = new ByteArrayOutputStream();
        var head = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        wire.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        wire.writeBytes(body);
        var reply = new HttpReply();
        reply.clear();
        assertThat(reply.readFrom(Channels.newChannel(new ByteArrayInputStream(wire.toByteArray()))))
                .isTrue();
        return reply;
    }
}
