package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void isALocalMillraceWhenNothingIsSaid() {
        var endpoint = choose(Map.of());

        assertThat(endpoint.url()).contains(URI.create("http://127.0.0.1:4567"));
        assertThat(endpoint.region()).isEqualTo("us-east-1");
        assertThat(endpoint.isLoopback()).isTrue();
    }

    @Test
    void prefersTheOptionThenMillracesOwnVariableThenThoseOfAws() {
        var all = Map.of(
                "MILLRACE_ENDPOINT", "http://a:1",
                "AWS_ENDPOINT_URL_KINESIS", "http://b:1",
                "AWS_ENDPOINT_URL", "http://c:1",
                "AWS_REGION", "eu-west-1",
                "AWS_DEFAULT_REGION", "eu-west-2");

        var chosen = Endpoint.choose(Optional.of("http://o:1"), Optional.of("eu-west-3"), all);
        assertThat(chosen).isEqualTo(new Endpoint(Optional.of(URI.create("http://o:1")), "eu-west-3"));
        assertThat(choose(all)).isEqualTo(new Endpoint(Optional.of(URI.create("http://a:1")), "eu-west-1"));
        assertThat(choose(Map.of("AWS_ENDPOINT_URL", "http://c:1", "AWS_ENDPOINT_URL_KINESIS", "http://b:1"))
                        .url())
                .contains(URI.create("http://b:1"));
        assertThat(choose(Map.of("AWS_ENDPOINT_URL", "http://c:1", "MILLRACE_ENDPOINT", "", "AWS_DEFAULT_REGION", "r"))
                        .toString())
                .isEqualTo("http://c:1");
    }

    @Test
    void isTheRealServiceByItsName() {
        var endpoint = choose(Map.of("MILLRACE_ENDPOINT", "aws", "AWS_REGION", "eu-west-1"));

        assertThat(endpoint.url()).isEmpty();
        assertThat(endpoint.isAws()).isTrue();
        assertThat(endpoint.isLoopback()).isFalse();
        assertThat(endpoint).hasToString("AWS in eu-west-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://kinesis.us-east-1.amazonaws.com",
                "https://vpce-1.kinesis.us-east-1.vpce.amazonaws.com",
                "https://kinesis.cn-north-1.amazonaws.com.cn",
                "https://kinesis.us-east-1.api.aws"
            })
    void knowsTheRealServiceByItsHosts(String url) {
        assertThat(choose(Map.of("MILLRACE_ENDPOINT", url)).isAws()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:1", "https://127.0.0.2", "http://[::1]:4567", "http://millrace.localhost"})
    void knowsThisMachine(String url) {
        assertThat(choose(Map.of("MILLRACE_ENDPOINT", url)).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://millrace:4567", "http://10.0.0.1:4567", "https://notamazonaws.com"})
    void takesOtherHostsForNeither(String url) {
        var endpoint = choose(Map.of("MILLRACE_ENDPOINT", url));

        assertThat(endpoint.isLoopback()).isFalse();
        assertThat(endpoint.isAws()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:4567", "4567", "ftp://host", "http://", "http:///path", "http://a b"})
    void refusesWhatIsNoAddress(String address) {
        assertThatThrownBy(() -> choose(Map.of("MILLRACE_ENDPOINT", address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + address + "' is not an endpoint");
    }

    private static Endpoint choose(Map<String, String> environment) {
        return Endpoint.choose(Optional.empty(), Optional.empty(), environment);
    }
}
