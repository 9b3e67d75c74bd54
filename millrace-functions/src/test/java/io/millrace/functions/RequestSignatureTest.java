package io.millrace.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.functions.FunctionsConfig.Credentials;
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

class RequestSignatureTest {
    @Test
    void isTheOneThatTheSdkMakes() {
        var uris = List.of(
                "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/clean/invocations",
                "http://127.0.0.1:9001/2015-03-31/functions/clean_2-b/invocations?Qualifier=%24LATEST",
                "http://host:80/base/2015-03-31/functions/f/invocations?Qualifier=7");
        Seeds.forEach(30, random -> {
            var uri = URI.create(uris.get(random.nextInt(uris.size())));
            var body = Long.toString(random.nextLong()).getBytes(UTF_8);
            var time = Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
            Optional<String> token =
                    random.nextBoolean() ? Optional.of("token/+=" + random.nextInt()) : Optional.empty();
            var credentials = new Credentials("AKID" + random.nextInt(), "secret/" + random.nextInt(), token);

            var ours = new RequestSignature(credentials, "eu-west-1", time).headers(uri, body);

            assertThat(ours.get("Authorization")).isEqualTo(sdks(credentials, uri, body, time));
        });
    }

    private static String sdks(Credentials credentials, URI uri, byte[] body, Instant time) {
        AwsCredentialsIdentity identity = credentials.sessionToken().isPresent()
                ? AwsSessionCredentialsIdentity.create(
                        credentials.accessKeyId(),
                        credentials.secretAccessKey(),
                        credentials.sessionToken().get())
                : AwsCredentialsIdentity.create(credentials.accessKeyId(), credentials.secretAccessKey());
        var request =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(uri).build();
        var signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(identity)
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC)));
        return signed.request().firstMatchingHeader("Authorization").orElseThrow();
    }
}
