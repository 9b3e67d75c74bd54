package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class WarmThroughputTest {
    @Test
    void opensNoMoreShardsThanAStreamMayHave() {
        assertThatCode(() -> WarmThroughput.requireAllowed(10_240)).doesNotThrowAnyException();
        assertThat(WarmThroughput.shardsFor(10_240)).isEqualTo(StreamLimits.STREAM_MAX_SHARDS);
        assertThat(WarmThroughput.shardsFor(9_999)).isEqualTo(9_999);
    }

    @Test
    void opensNoFewerThanAnOnDemandStreamHas() {
        assertThat(WarmThroughput.shardsFor(0)).isEqualTo(StreamLimits.ON_DEMAND_SHARDS);
        assertThat(WarmThroughput.shardsFor(5)).isEqualTo(5);
    }
}
