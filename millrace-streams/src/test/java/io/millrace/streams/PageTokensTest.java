package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.token.TokenSeal;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.io.DataInputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PageTokensTest {
    private final PageTokens tokens =
            new PageTokens(new TokenSeal(new byte[TokenSeal.KEY_BYTES], new SplittableRandom(1)));

    @Test
    void beginLikeNoOptionOfACommandLine() {
        for (int number = 0; number < 2000; number++) {
            int place = number;
            var token = tokens.issue(Purpose.SHARD_PAGE, out -> out.writeInt(place));

            assertThat(token).doesNotStartWith("-");
            assertThat(tokens.redeem(Purpose.SHARD_PAGE, token, DataInputStream::readInt))
                    .isEqualTo(place);
        }
    }
}
