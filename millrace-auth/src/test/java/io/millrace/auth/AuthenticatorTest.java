package io.millrace.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.auth.AuthConfig.Unsigned;
import io.millrace.model.Caller;
import io.millrace.model.IncompleteSignatureException;
import io.millrace.model.InvalidSignatureException;
import io.millrace.model.MissingAuthenticationTokenException;
import io.millrace.model.Namespace;
import io.millrace.model.Service;
import io.millrace.testkit.Seeds;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private static final String SIGNED =
            "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=host;x-amz-date, Signature=abcd";
    private static final String PRESIGNED =
            "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20300101%2Feu-west-1%2Fkinesis%2Faws4_request"
                    + "&X-Amz-Signature=ab&X-Amz-SignedHeaders=host&X-Amz-Date=20300101T000000Z";

    private final Authenticator authenticator = authenticator(Unsigned.REFUSE);

    private record Head(String target, Map<String, String> headers) implements RequestHead {
        @Override
        public String method() {
            return "POST";
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public String requestId() {
            return "request-1";
        }
    }

    private static Authenticator authenticator(Unsigned unsigned) {
        return new Authenticator(new AuthConfig("111122223333", "us-east-1", unsigned, false));
    }

    @Test
    void refusesAnUnsignedRequest() {
        assertThatThrownBy(() -> authenticate("/", Map.of()))
                .isInstanceOf(MissingAuthenticationTokenException.class)
                .hasMessage("Missing Authentication Token");
    }

    @Test
    void takesAnUnsignedRequestForRootOfTheDefaultAccountWhenToldTo() {
        assertThat(authenticator(Unsigned.ACCEPT).authenticate(new Head("/", Map.of()), Service.KINESIS))
                .isEqualTo(new Caller(
                        new Namespace("111122223333", "us-east-1"), "arn:aws:iam::111122223333:root", "", "request-1"));
    }

    @Test
    void takesTheRegionFromTheScopeAndIgnoresTheServiceInIt() {
        var caller = signedBy("AKIAEXAMPLE/20300101/ap-southeast-3/dynamodb/aws4_request");

        assertThat(caller.namespace()).isEqualTo(new Namespace("111122223333", "ap-southeast-3"));
        assertThat(caller.accessKeyId()).isEqualTo("AKIAEXAMPLE");
    }

    @Test
    void takesAnAccessKeyIdOfTwelveDigitsForTheAccount() {
        var caller = signedBy("444455556666/20300101/us-gov-west-1/kinesis/aws4_request");

        assertThat(caller.namespace()).isEqualTo(new Namespace("444455556666", "us-gov-west-1"));
        assertThat(caller.principalArn()).isEqualTo("arn:aws:iam::444455556666:root");
    }

    @Test
    void readsAPresignedQuery() {
        assertThat(authenticate(PRESIGNED, Map.of()).namespace().region()).isEqualTo("eu-west-1");
    }

    @Test
    void refusesTwoSignaturesAtOnce() {
        assertThatThrownBy(() -> authenticate(PRESIGNED, Map.of("Authorization", SIGNED.formatted("A/b/c/d/e"))))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessage("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }

    @Test
    void namesEachMissingPartOfAHeader() {
        assertThatThrownBy(() -> authenticate("/", Map.of("Authorization", "AWS4-HMAC-SHA256")))
                .isInstanceOf(IncompleteSignatureException.class)
                .hasMessage("Authorization header requires 'Credential' parameter. "
                        + "Authorization header requires 'Signature' parameter. "
                        + "Authorization header requires 'SignedHeaders' parameter. "
                        + "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                        + "Authorization=AWS4-HMAC-SHA256");
        assertThatThrownBy(() -> authenticate(
                        "/", Map.of("Authorization", "AWS4-HMAC-SHA256 Credential=A/b/c/d/e,Signature=f", "Date", "d")))
                .hasMessage("Authorization header requires 'SignedHeaders' parameter. "
                        + "Authorization=AWS4-HMAC-SHA256 Credential=A/b/c/d/e,Signature=f");
    }

    @Test
    void namesEachMissingPartOfAQueryAndCountsAnEmptyOneAsMissing() {
        assertThatThrownBy(() -> authenticate("/?X-Amz-Algorithm=&X-Amz-Date=d&X-Amz-Signature=s", Map.of()))
                .isInstanceOf(IncompleteSignatureException.class)
                .hasMessage("AWS query-string parameters must include 'X-Amz-Algorithm'. "
                        + "AWS query-string parameters must include 'X-Amz-Credential'. "
                        + "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
                        + "Re-examine the query-string parameters.");
    }

    @Test
    void fallsBackToTheDefaultsForAScopeThatMakesNoSense() {
        for (var credential :
                new String[] {"x", "x/y", "x//", "x/d/US East/kinesis", "x/d/-east-/k", "x/d/a--b/k", "////"}) {
            assertThat(signedBy(credential).namespace()).isEqualTo(new Namespace("111122223333", "us-east-1"));
        }
    }

    @Test
    void letsNoOddCharacterIntoANamespace() {
        Seeds.forEach(2_000, random -> {
            var caller = signedBy(garbage(random) + "/" + garbage(random) + "/" + garbage(random) + "/k");

            assertThat(caller.namespace().region()).matches("[a-z][a-z0-9-]{0,31}");
            assertThat(caller.namespace().account()).matches("\\d{12}");
            assertThat(caller.accessKeyId()).matches("[A-Za-z0-9_.-]{0,128}");
        });
    }

    @Test
    void readsAnyQueryWithoutFailing() {
        Seeds.forEach(2_000, random -> {
            var query = "/?" + garbage(random) + "&X-Amz-Security-Token=%&" + garbage(random) + "=%zz&=&&";
            var caller = authenticator(Unsigned.ACCEPT).authenticate(new Head(query, Map.of()), Service.KINESIS);
            assertThat(caller.namespace().region()).isEqualTo("us-east-1");
        });
    }

    private Caller signedBy(String credential) {
        return authenticate(
                "/", Map.of("Authorization", SIGNED.formatted(credential), "X-Amz-Date", "20300101T000000Z"));
    }

    private Caller authenticate(String target, Map<String, String> headers) {
        var anyCase = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        return authenticator.authenticate(new Head(target, anyCase), Service.KINESIS);
    }

    /** Without separators, so that a credential's other parts stay where they are. */
    private static String garbage(SplittableRandom random) {
        var text = new StringBuilder("g");
        for (int i = random.nextInt(40); i > 0; i--) {
            char c = (char) random.nextInt(1, 300);
            text.append(c == ' ' || c == ',' || c == '\t' || c == '/' || c == '&' ? 'a' : c);
        }
        return text.toString();
    }
}
