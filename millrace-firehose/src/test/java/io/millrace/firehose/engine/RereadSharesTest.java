package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RereadSharesTest {
    private final RereadShares shares = new RereadShares();

    @Test
    void holdsLittleHoweverManyRead() {
        var open = new ArrayList<RereadShares.Share>();
        for (int i = 0; i < 1_000; i++) {
            open.add(shares.take());
        }
        assertThat(open.stream().mapToLong(RereadShares.Share::bytes).sum())
                .isLessThanOrEqualTo(RereadShares.ALL_MAX_BYTES);
    }

    @Test
    void givesALoneReaderAMegabyteAgainOnceTheOthersAreDone() {
        var last = shares.take();
        for (int i = 0; i < 100; i++) {
            var other = shares.take();
            other.close();
            other.close();
        }
        assertThat(last.bytes()).isEqualTo(1 << 20);
    }
}
