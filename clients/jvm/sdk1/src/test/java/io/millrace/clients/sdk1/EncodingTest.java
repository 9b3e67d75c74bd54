package io.millrace.clients.sdk1;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.Request;
import com.amazonaws.Response;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.handlers.RequestHandler2;
import com.amazonaws.services.kinesis.AmazonKinesisClientBuilder;
import io.millrace.clients.support.Millrace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the other tests speak what they claim. */
class EncodingTest {
    private static final String ENCODING = Boolean.getBoolean("com.amazonaws.sdk.disableCbor")
            ? "application/x-amz-json-1.1"
            : "application/x-amz-cbor-1.1";

    @Test
    void requestsAndRepliesHaveTheEncodingOfThisRun() {
        var seen = new ArrayList<String>();
        var spy = new RequestHandler2() {
            @Override
            public void beforeRequest(Request<?> request) {
                seen.add(request.getHeaders().get("Content-Type"));
            }

            @Override
            public void afterResponse(Request<?> request, Response<?> response) {
                seen.addAll(List.of(response.getHttpResponse()
                        .getHeaderValues("Content-Type")
                        .get(0)));
            }
        };
        var kinesis = AmazonKinesisClientBuilder.standard()
                .withEndpointConfiguration(
                        new EndpointConfiguration(Millrace.running().endpoint().toString(), Millrace.REGION))
                .withCredentials(new AWSStaticCredentialsProvider(
                        new BasicAWSCredentials(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)))
                .withRequestHandlers(spy)
                .build();

        kinesis.listStreams();

        assertThat(seen).containsExactly(ENCODING, ENCODING);
    }
}
