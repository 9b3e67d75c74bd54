package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SharesTest {
    private final Shares shares = new Shares(16 << 20, 1 << 20, 4 << 10);

    @Test
    void holdsLittleHoweverManyThereAre() {
        var open = new ArrayList<Shares.Share>();
        for (int i = 0; i < 1_000; i++) {
            open.add(shares.take());
        }
        assertThat(open.stream().mapToLong(Shares.Share::bytes).sum()).isLessThanOrEqualTo(16 << 20);
        assertThat(shares.crowded()).isTrue();
    }

    @Test
    void givesALoneOneAllItMayHaveAgainOnceTheOthersAreDone() {
        var last = shares.take();
        for (int i = 0; i < 100; i++) {
            var other = shares.take();
            other.close();
            other.close();
        }
        assertThat(last.bytes()).isEqualTo(1 << 20);
        assertThat(shares.crowded()).isFalse();
    }
}
