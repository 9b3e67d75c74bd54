package io.millrace.conformance;

import static io.millrace.conformance.RawClient.AUTHORIZATION;
import static io.millrace.conformance.RawClient.CBOR;
import static io.millrace.conformance.RawClient.DATE;
import static io.millrace.conformance.RawClient.JSON;
import static io.millrace.conformance.RawClient.TARGET_PREFIX;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.conformance.RawClient.Reply;
import io.millrace.server.Millrace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedServer.class)
class AuthenticationTest {
    private static final String PRESIGNED = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=millrace%2F20300101%2Fus-east-1%2Fkinesis%2Faws4_request&X-Amz-Date=20300101T000000Z"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature=00";

    private final RawClient client;

    AuthenticationTest(Millrace millrace) {
        this.client = new RawClient(millrace.endpoint());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void missesCredentials() {
        assertRefused(unsigned().send(), "MissingAuthenticationTokenException", "Missing Authentication Token");
    }

    @Test
    void missesCredentialsInCbor() {
        var reply = client.post()
                .target(TARGET_PREFIX + "ListStreams")
                .contentType(CBOR)
                .body(RawClient.cborOf("{}"))
                .send();

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).hasValue(CBOR);
        assertThat(reply.cbor().get("__type").asText()).isEqualTo("MissingAuthenticationTokenException");
        assertThat(reply.cbor().get("message").asText()).isEqualTo("Missing Authentication Token");
    }

    @Test
    void refusesTwoSignatures() {
        assertRefused(
                unsigned().signed().path(PRESIGNED).send(),
                "InvalidSignatureException",
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }

    @Test
    void acceptsAPresignedRequest() {
        assertThat(unsigned().path(PRESIGNED).send().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    AWS4-HMAC-SHA256 Signature=b, SignedHeaders=c | Credential
                    AWS4-HMAC-SHA256 Credential=a, SignedHeaders=c | Signature
                    AWS4-HMAC-SHA256 Credential=a,Signature=b | SignedHeaders
                    """)
    void namesThePartThatTheHeaderLacks(String header, String part) {
        assertRefused(
                unsigned()
                        .header("Authorization", header)
                        .header("X-Amz-Date", DATE)
                        .send(),
                "IncompleteSignatureException",
                "Authorization header requires '" + part + "' parameter. Authorization=" + header);
    }

    @Test
    void namesEverythingThatTheHeaderLacks() {
        assertRefused(
                unsigned().header("Authorization", "AWS4-HMAC-SHA256").send(),
                "IncompleteSignatureException",
                "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature'"
                        + " parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header"
                        + " requires existence of either a 'X-Amz-Date' or a 'Date' header."
                        + " Authorization=AWS4-HMAC-SHA256");
    }

    @Test
    void missesTheDate() {
        assertRefused(
                unsigned().header("Authorization", AUTHORIZATION).send(),
                "IncompleteSignatureException",
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization="
                        + AUTHORIZATION);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c, X-Amz-Date",
        "X-Amz-Credential=a&X-Amz-Signature=&X-Amz-SignedHeaders=c&X-Amz-Date=d, X-Amz-Signature",
        "X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d, X-Amz-Credential"
    })
    void namesThePartThatTheQueryLacks(String query, String part) {
        assertRefused(
                unsigned().path("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&" + query).send(),
                "IncompleteSignatureException",
                "AWS query-string parameters must include '" + part + "'. Re-examine the query-string parameters.");
    }

    @Test
    void namesEverythingThatTheQueryLacks() {
        assertRefused(
                unsigned().path("/?X-Amz-Algorithm").send(),
                "IncompleteSignatureException",
                "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include"
                        + " 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS"
                        + " query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must"
                        + " include 'X-Amz-Date'. Re-examine the query-string parameters.");
    }

    @Test
    void looksAtCredentialsBeforeTypesAndConstraints() {
        var reply = client.post()
                .target(TARGET_PREFIX + "CreateStream")
                .contentType(JSON)
                .body("{\"StreamName\":5}")
                .send();

        assertRefused(reply, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }

    @Test
    void separatesAccountsAndRegions() {
        var stream = Streams.create(client, 1);

        assertThat(streamsOf("millrace", "us-east-1")).contains(stream);
        assertThat(streamsOf("millrace", "eu-west-1")).doesNotContain(stream);
        assertThat(streamsOf("123456789012", "us-east-1")).doesNotContain(stream);
    }

    @Test
    void namesTheCallersAccountInErrors() {
        var reply = unsigned()
                .target(TARGET_PREFIX + "DescribeStream")
                .header("Authorization", authorization("123456789012", "eu-west-1"))
                .header("X-Amz-Date", DATE)
                .body("{\"StreamName\":\"unknown\"}")
                .send();

        assertRefused(reply, "ResourceNotFoundException", "Stream unknown under account 123456789012 not found.");
    }

    private String streamsOf(String accessKey, String region) {
        return unsigned()
                .header("Authorization", authorization(accessKey, region))
                .header("X-Amz-Date", DATE)
                .send()
                .text();
    }

    private static String authorization(String accessKey, String region) {
        return AUTHORIZATION.replace("millrace", accessKey).replace("us-east-1", region);
    }

    private RawClient.Request unsigned() {
        return client.post()
                .target(TARGET_PREFIX + "ListStreams")
                .contentType(JSON)
                .body("{}");
    }

    private static void assertRefused(Reply reply, String type, String message) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().get("__type").asText()).isEqualTo(type);
        assertThat(reply.json().get("message").asText()).isEqualTo(message);
    }
}
