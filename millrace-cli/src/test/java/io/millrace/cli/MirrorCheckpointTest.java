package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MirrorCheckpointTest {
    private static final Instant BEGUN = Instant.parse("2030-01-01T00:00:00.123Z");
    private static final MirrorCheckpoint CHECKPOINT = new MirrorCheckpoint(
            new StreamIdentity("arn:aws:kinesis:us-east-1:000000000000:stream/a", BEGUN),
            new StreamIdentity("arn:aws:kinesis:us-east-1:000000000000:stream/b", BEGUN.plusSeconds(1)),
            new StartingPoint.Latest(),
            BEGUN,
            Map.of(
                    "shardId-000000000000",
                    new CopyProgress.Mark.Finished(),
                    "shardId-000000000001",
                    new CopyProgress.Mark.From(new StartingPoint.AfterRecord("49680426204616320394378186472961")),
                    "shardId-000000000002",
                    new CopyProgress.Mark.From(new StartingPoint.TrimHorizon()),
                    "shardId-000000000003",
                    new CopyProgress.Mark.From(new StartingPoint.AtTimestamp(BEGUN))));

    @Test
    void readsWhatItHasWritten() {
        assertThat(MirrorCheckpoint.read(written())).isEqualTo(CHECKPOINT);
    }

    @Test
    void readsNothingOutOfADamagedFileThatIsNotThere() {
        var whole = written();
        Seeds.forEach(2_000, random -> {
            var damaged = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int i = 0; i < random.nextInt(1, 4) && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                MirrorCheckpoint.read(damaged);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageNotContaining("\n");
            }
        });
    }

    @Test
    void refusesAFileThatIsSomethingElse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MirrorCheckpoint.read("{\"format\":\"other\"}".getBytes(StandardCharsets.UTF_8)))
                .withMessage("it is no checkpoint of a mirror");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MirrorCheckpoint.read(new String(written(), StandardCharsets.UTF_8)
                        .replace("\"version\" : 1", "\"version\" : 2")
                        .getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("version is 2");
    }

    @Test
    void remembersFromNowOnAsTheTimeWhenThatWasAsked() {
        var progress = new CopyProgress();
        progress.begin("shardId-000000000000", new StartingPoint.Latest());

        assertThat(progress.marksSince(BEGUN))
                .containsEntry(
                        "shardId-000000000000", new CopyProgress.Mark.From(new StartingPoint.AtTimestamp(BEGUN)));
    }

    private static byte[] written() {
        try {
            return CHECKPOINT.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
