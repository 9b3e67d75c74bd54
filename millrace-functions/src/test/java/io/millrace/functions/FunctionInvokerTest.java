package io.millrace.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.functions.Invocation.Answered;
import io.millrace.functions.Invocation.Reason;
import io.millrace.functions.Invocation.Unanswered;
import io.millrace.testkit.TestFunction;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FunctionInvokerTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String ARN = "arn:aws:lambda:eu-west-1:000000000000:function:clean";

    private TestFunction function;

    @BeforeEach
    void start() throws IOException {
        function = TestFunction.start();
    }

    @AfterEach
    void stop() throws IOException {
        function.close();
    }

    @Test
    void callsALambdaEndpointByTheFunctionsNameAndQualifier() throws Exception {
        var answered = answered(invoke(endpoint(""), ARN + ":$LATEST", "{\"a\":1}"));

        assertThat(answered.successful()).isTrue();
        assertThat(answered.payload()).asString(UTF_8).isEqualTo("{\"a\":1}");
        assertThat(answered.requestId()).isEqualTo("test");
        assertThat(answered.executedVersion()).isEqualTo("$LATEST");
        var call = function.calls().getFirst();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.target()).isEqualTo("/2015-03-31/functions/clean/invocations?Qualifier=%24LATEST");
        assertThat(call.headers())
                .containsEntry("x-amz-invocation-type", "RequestResponse")
                .containsEntry("content-type", "application/json")
                .doesNotContainKeys("authorization", "upgrade");
    }

    @Test
    void theQualifierOfACallWinsOverTheNames() throws Exception {
        try (var invoker = new FunctionInvoker(endpoint(""), CLOCK)) {
            invoker.invoke(
                    "clean:1", Optional.of("2"), bytes("{}"), CLOCK.instant().plus(LONG));
        }

        assertThat(function.calls().getFirst().target()).endsWith("?Qualifier=2");
    }

    @Test
    void signsWhenThereIsAKey() throws Exception {
        var config = FunctionsConfig.of(function.uri().toString(), List.of(), "AKID", "secret", "us-east-1");
        answered(invoke(config, ARN, "{}"));

        assertThat(function.calls().getFirst().headers().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                .contains(
                        "/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=");
    }

    @Test
    void aFunctionsErrorIsInTheHeader() throws Exception {
        function.always(new TestFunction.FunctionError("{\"errorType\":\"ValueError\"}"));

        var answered = answered(invoke(endpoint(""), ARN, "{}"));

        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.functionError()).hasValue("Unhandled");
        assertThat(answered.successful()).isFalse();
    }

    @Test
    void anEmulatorsErrorIsInTheBody() throws Exception {
        function.next(
                new TestFunction.Status(200, "{\"stackTrace\":[[{}]],\"errorMessage\":\"x\",\"errorType\":\"E\"}"),
                new TestFunction.Status(200, "{\"records\":[{\"errorType\":\"not at the top\"}]}"),
                new TestFunction.Status(200, "no JSON"));
        var config = binding("emulator:");

        assertThat(answered(invoke(config, ARN, "{}")).functionError()).hasValue("Unhandled");
        assertThat(answered(invoke(config, ARN, "{}")).functionError()).isEmpty();
        assertThat(answered(invoke(config, ARN, "{}")).functionError()).isEmpty();
        assertThat(function.calls())
                .allSatisfy(call -> assertThat(call.target()).isEqualTo("/2015-03-31/functions/function/invocations"));
    }

    @Test
    void anEmulatorServesOneCallAtATime() throws Exception {
        function.next(new TestFunction.Hang());
        try (var invoker = new FunctionInvoker(binding("emulator:"), CLOCK);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Invocation> call = () -> invoker.invoke(
                    ARN, Optional.empty(), bytes("{}"), CLOCK.instant().plus(SHORT));
            var outcomes = threads.invokeAll(List.of(call, call));

            assertThat(outcomes)
                    .anySatisfy(outcome -> assertThat(outcome.get())
                            .isInstanceOfSatisfying(
                                    Unanswered.class,
                                    unanswered ->
                                            assertThat(unanswered.reason()).isEqualTo(Reason.TIMED_OUT)));
            assertThat(function.calls().size()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aBridgeGetsTheEventAtItsUrlAndSaysErrorsByStatus() throws Exception {
        var config = FunctionsConfig.of(
                "", List.of("clean=bridge:" + function.uri() + "/hooks/clean?x=1"), "", "", "us-east-1");
        function.next(
                new TestFunction.Status(201, "{\"ok\":true}"),
                new TestFunction.Status(500, "boom"),
                new TestFunction.Status(429, ""));

        assertThat(answered(invoke(config, ARN, "{}")).successful()).isTrue();
        assertThat(answered(invoke(config, ARN, "{}")).functionError()).hasValue("Unhandled");
        assertThat(answered(invoke(config, ARN, "{}")).statusCode()).isEqualTo(429);
        assertThat(function.calls().getFirst().target()).isEqualTo("/hooks/clean?x=1");
    }

    @Test
    void refusalsOfTheApiKeepTheirStatus() throws Exception {
        for (int status : List.of(403, 404, 413, 429, 500, 502, 302)) {
            function.next(new TestFunction.Status(status, "{}"));

            var answered = answered(invoke(endpoint(""), ARN, "{}"));

            assertThat(answered.statusCode()).isEqualTo(status);
            assertThat(answered.successful()).isFalse();
        }
    }

    @Test
    void anAnswerBeyondTheLimitIsNotKeptAndIsTheFunctionsError() throws Exception {
        function.next(
                new TestFunction.Huge(FunctionInvoker.PAYLOAD_MAX_BYTES),
                new TestFunction.Huge(FunctionInvoker.PAYLOAD_MAX_BYTES + 1));

        assertThat(answered(invoke(endpoint(""), ARN, "{}")).successful()).isTrue();
        var tooLarge = answered(invoke(endpoint(""), ARN, "{}"));
        assertThat(tooLarge.functionError()).hasValue("Unhandled");
        assertThat(tooLarge.payload())
                .asString(UTF_8)
                .isEqualTo(
                        "{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556 bytes).\","
                                + "\"errorType\":\"Function.ResponseSizeTooLarge\"}");
    }

    @Test
    void anEventBeyondTheLimitIsNotSent() throws Exception {
        var answered = answered(invoke(endpoint(""), ARN, "x".repeat(FunctionInvoker.PAYLOAD_MAX_BYTES + 1)));

        assertThat(answered.statusCode()).isEqualTo(413);
        assertThat(function.calls()).isEmpty();
    }

    @Test
    void whoHangsOrDripsIsGivenUpAtTheDeadline() throws Exception {
        for (var behaviour : List.of(new TestFunction.Hang(), new TestFunction.Drip())) {
            function.next(behaviour);
            try (var invoker = new FunctionInvoker(endpoint(""), CLOCK)) {
                var outcome = invoker.invoke(
                        ARN, Optional.empty(), bytes("{}"), CLOCK.instant().plus(SHORT));

                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Unanswered.class,
                                unanswered -> assertThat(unanswered.reason()).isEqualTo(Reason.TIMED_OUT));
            }
        }
    }

    @Test
    void brokenConnectionsAndBabbleAreNoAnswer() throws Exception {
        for (var behaviour : List.of(
                new TestFunction.Reset(),
                new TestFunction.Babble("SSH-2.0-OpenSSH_9.9\r\n\r\n"),
                new TestFunction.HalfAnswer("{\"records\":"))) {
            function.next(behaviour);

            assertThat(invoke(endpoint(""), ARN, "{}"))
                    .isInstanceOfSatisfying(
                            Unanswered.class,
                            unanswered -> assertThat(unanswered.reason()).isEqualTo(Reason.CONNECTION));
        }
    }

    @Test
    void nobodyListeningIsNoAnswer() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var config = FunctionsConfig.of("http://127.0.0.1:" + port, List.of(), "", "", "us-east-1");

        assertThat(invoke(config, ARN, "{}"))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.reason()).isEqualTo(Reason.CONNECTION));
    }

    @Test
    void aFunctionWithoutAnEndpointIsSaidToBeSo() throws Exception {
        assertThat(invoke(FunctionsConfig.none(), ARN, "{}")).isInstanceOfSatisfying(Unanswered.class, unanswered -> {
            assertThat(unanswered.reason()).isEqualTo(Reason.UNBOUND);
            assertThat(unanswered.message()).startsWith("Function not found: " + ARN);
        });
    }

    private FunctionsConfig endpoint(String path) {
        return FunctionsConfig.of(function.uri() + path, List.of(), "", "", "us-east-1");
    }

    private FunctionsConfig binding(String form) {
        return FunctionsConfig.of("", List.of("clean=" + form + function.uri()), "", "", "us-east-1");
    }

    private static Invocation invoke(FunctionsConfig config, String name, String event) throws InterruptedException {
        try (var invoker = new FunctionInvoker(config, CLOCK)) {
            return invoker.invoke(
                    name, Optional.empty(), bytes(event), CLOCK.instant().plus(LONG));
        }
    }

    private static Answered answered(Invocation invocation) {
        assertThat(invocation).isInstanceOf(Answered.class);
        return (Answered) invocation;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
