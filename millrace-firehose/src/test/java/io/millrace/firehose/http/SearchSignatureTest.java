package io.millrace.firehose.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.http.HttpDestinationsConfig.AccessKey;
import io.millrace.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SearchSignatureTest {
    private static final String QUERY = "?filter_path=errors%2Citems.%2A.status%2Citems.%2A.error";

    @Test
    void isTheOneThatTheSdkMakes() {
        var uris = List.of(
                "https://search-logs-x.eu-west-1.es.amazonaws.com/_bulk" + QUERY,
                "http://127.0.0.1:9200/_bulk" + QUERY,
                "http://host:80/base%20path/_bulk" + QUERY);
        Seeds.forEach(30, random -> {
            var uri = URI.create(uris.get(random.nextInt(uris.size())));
            var body = Long.toString(random.nextLong());
            var time = Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
            var service = random.nextBoolean() ? "es" : "aoss";
            Optional<String> token =
                    random.nextBoolean() ? Optional.of("token/+=" + random.nextInt()) : Optional.empty();
            var key = new AccessKey("AKID" + random.nextInt(), "secret/" + random.nextInt(), token);

            var ours = new SearchSignature(key, service, "eu-west-1", time).headers("POST", uri, Sha256.hex(body));

            assertThat(ours.get("Authorization")).isEqualTo(sdks(key, service, uri, body.getBytes(UTF_8), time));
        });
    }

    @Test
    void knowsTheRegionsOfAwsHosts() {
        assertThat(region("https://search-logs-abc.eu-west-1.es.amazonaws.com")).contains("eu-west-1");
        assertThat(region("https://abc123.us-east-2.aoss.amazonaws.com:443/x")).contains("us-east-2");
        assertThat(region("https://search-logs.cn-north-1.es.amazonaws.com.cn")).contains("cn-north-1");
        assertThat(region("https://es.amazonaws.com.example.org")).isEmpty();
        assertThat(region("http://127.0.0.1:9200")).isEmpty();
    }

    private static Optional<String> region(String url) {
        return SearchSignature.regionOf(URI.create(url));
    }

    private static String sdks(AccessKey key, String service, URI uri, byte[] body, Instant time) {
        AwsCredentialsIdentity identity = key.sessionToken().isPresent()
                ? AwsSessionCredentialsIdentity.create(
                        key.id(), key.secret(), key.sessionToken().get())
                : AwsCredentialsIdentity.create(key.id(), key.secret());
        var request =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri).build();
        var signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(identity)
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC)));
        return signed.request().firstMatchingHeader("Authorization").orElseThrow();
    }
}
