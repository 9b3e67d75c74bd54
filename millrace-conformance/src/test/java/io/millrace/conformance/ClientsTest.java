package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** That the clients of the other tests really speak what those tests claim. */
@Tag("sdk")
@ExtendWith(SharedServer.class)
class ClientsTest {
    private static final String ENCODING =
            Boolean.parseBoolean(System.getProperty("aws.cborEnabled", "true")) ? RawClient.CBOR : RawClient.JSON;

    @ParameterizedTest
    @EnumSource
    void speakTheEncodingOfThisRunAndAreAnsweredInIt(SdkClient client, Millrace millrace) {
        var seen = new CopyOnWriteArrayList<SdkHttpHeaders>();
        var spy = new ExecutionInterceptor() {
            @Override
            public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
                seen.add(context.httpRequest());
                seen.add(context.httpResponse());
            }
        };

        try (var kinesis = client.connect(millrace, options -> options.addExecutionInterceptor(spy))) {
            kinesis.listStreams();
        }

        assertThat(seen)
                .hasSize(2)
                .allSatisfy(headers ->
                        assertThat(headers.firstMatchingHeader("Content-Type")).hasValue(ENCODING));
    }

    @EachClient
    void keepTheirConnectionsThroughErrors(Kinesis kinesis) {
        var outcomes = new ArrayList<String>();
        for (int count = 0; count < 50; count++) {
            try {
                kinesis.put("no-such-stream", "x");
            } catch (ResourceNotFoundException e) {
                outcomes.add(e.awsErrorDetails().errorCode());
            }
        }

        assertThat(outcomes).hasSize(50).containsOnly("ResourceNotFoundException");
    }
}
