package io.millrace.streams.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIdTest {
    @ParameterizedTest
    @CsvSource({
        "shardId-000000000007, 7",
        "shard-0, 0",
        "-00002147483647, 2147483647",
        "5, 5",
        "a.b_c-12, 12",
        "shardId-000000000000000000000000000000000000000000000001, 1"
    })
    void understandsWhatAwsUnderstands(String id, int index) {
        assertThat(ShardId.parse(id)).hasValue(index);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ABKLFD8",
                "2.14E4",
                "2147483648",
                "shardId-2147483648",
                "shard-",
                "-",
                "",
                "a-b-1",
                "shardId--1",
                "1 "
            })
    void refusesWhatIsNoShardId(String id) {
        assertThat(ShardId.parse(id)).isEmpty();
    }

    @Test
    void writesTwelveDigits() {
        assertThat(ShardId.of(0)).isEqualTo("shardId-000000000000");
        assertThat(ShardId.of(Integer.MAX_VALUE)).isEqualTo("shardId-002147483647");
        assertThat(ShardId.of(Integer.MIN_VALUE)).isEqualTo("shardId--02147483648");
    }
}
