package io.millrace.bench.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void handsOutEachValueByItsName() {
        var arguments = new Arguments("--endpoint", "http://a", "--shards", "7", "--seconds", "0.5");

        assertThat(arguments.take("--endpoint")).contains("http://a");
        assertThat(arguments.takeInt("--shards")).hasValue(7);
        assertThat(arguments.takeSeconds("--seconds")).contains(Duration.ofMillis(500));
        assertThat(arguments.take("--other")).isEmpty();
        arguments.refuseTheRest();
    }

    @Test
    void namesWhatNobodyTook() {
        var arguments = new Arguments("--shard", "7");

        assertThatThrownBy(arguments::refuseTheRest).hasMessageContaining("--shard");
    }

    @Test
    void namesTheArgumentWhoseValueIsNoNumber() {
        assertThatThrownBy(() -> new Arguments("--shards", "many").takeInt("--shards"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--shards")
                .hasMessageContaining("many");
    }

    @Test
    void refusesWordsThatAreNoPairs() {
        assertThatThrownBy(() -> new Arguments("--quick")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Arguments("fast", "1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hearsACryForHelpAmongOtherWords() {
        assertThat(Arguments.askForHelp("--launcher", "millrace", "--help")).isTrue();
        assertThat(Arguments.askForHelp("--launcher", "help")).isFalse();
    }
}
