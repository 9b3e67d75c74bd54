package io.millrace.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.functions.FunctionsConfig.Endpoint;
import io.millrace.functions.FunctionsConfig.Form;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionsConfigTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:clean";

    @Test
    void theMostExactBindingWins() {
        var config = of(
                "http://default:1",
                ARN + ":7=http://arn-and-version:2",
                ARN + "=http://arn:3",
                "clean:8=http://name-and-version:4",
                "clean=emulator:http://name:5",
                "mask=bridge:https://host/mask?x=1");

        assertThat(endpoint(config, ARN + ":7")).isEqualTo(lambda("http://arn-and-version:2"));
        assertThat(endpoint(config, ARN + ":8")).isEqualTo(lambda("http://arn:3"));
        assertThat(endpoint(config, "clean:8")).isEqualTo(lambda("http://name-and-version:4"));
        assertThat(endpoint(config, "arn:aws:lambda:eu-west-1:111111111111:function:clean:9"))
                .isEqualTo(new Endpoint(Form.EMULATOR, URI.create("http://name:5")));
        assertThat(endpoint(config, "mask")).isEqualTo(new Endpoint(Form.BRIDGE, URI.create("https://host/mask?x=1")));
        assertThat(endpoint(config, "other")).isEqualTo(lambda("http://default:1"));
    }

    @Test
    void withoutABindingAndADefaultThereIsNoEndpoint() {
        assertThat(of("", "clean=http://h:1")
                        .endpointOf(FunctionName.parse("other").orElseThrow()))
                .isEmpty();
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> of("localhost:9001")).hasMessageContaining("functions.endpoint (localhost:9001)");
        assertThatThrownBy(() -> of("", "clean")).hasMessageContaining("functions.endpoints (clean)");
        assertThatThrownBy(() -> of("", "clean=ftp://h")).hasMessageContaining("ftp://h");
        assertThatThrownBy(() -> of("", "clean=http://a:1", "clean=http://b:1")).hasMessageContaining("twice");
        assertThatThrownBy(() -> FunctionsConfig.of("", List.of(), "AKID", "", "us-east-1"))
                .hasMessageContaining("go together");
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(FunctionsConfig.of("", List.of(), "AKID", "verysecret", "us-east-1")
                        .toString())
                .contains("AKID")
                .doesNotContain("verysecret");
    }

    private static FunctionsConfig of(String endpoint, String... endpoints) {
        return FunctionsConfig.of(endpoint, List.of(endpoints), "", "", "us-east-1");
    }

    private static Endpoint endpoint(FunctionsConfig config, String function) {
        return config.endpointOf(FunctionName.parse(function).orElseThrow()).orElseThrow();
    }

    private static Endpoint lambda(String url) {
        return new Endpoint(Form.LAMBDA, URI.create(url));
    }
}
