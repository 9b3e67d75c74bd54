package io.millrace.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionNameTest {
    @Test
    void readsEveryFormAndWritesItAgain() {
        for (var text : List.of(
                "clean",
                "clean:prod",
                "clean:$LATEST",
                "123456789012:function:clean",
                "123456789012:function:clean:7",
                "arn:aws:lambda:eu-west-1:123456789012:function:clean",
                "arn:aws-cn:lambda:cn-north-1:123456789012:function:clean:live_1")) {
            assertThat(FunctionName.parse(text)).hasValueSatisfying(name -> {
                assertThat(name.name()).isEqualTo("clean");
                assertThat(name).hasToString(text);
            });
        }
    }

    @Test
    void tellsThePartsOfAnArnApart() {
        var name = FunctionName.parse("arn:aws:lambda:eu-west-1:123456789012:function:clean:7")
                .orElseThrow();

        assertThat(name.region()).hasValue("eu-west-1");
        assertThat(name.account()).hasValue("123456789012");
        assertThat(name.qualifier()).hasValue("7");
        assertThat(name.unqualified()).hasToString("arn:aws:lambda:eu-west-1:123456789012:function:clean");
    }

    @Test
    void refusesWhatNamesNoFunction() {
        for (var text : List.of(
                "",
                "a b",
                "clean:",
                "clean:a:b",
                "x".repeat(65),
                "12345:function:clean",
                "arn:aws:lambda:eu-west-1:123456789012:layer:clean",
                "arn:aws:s3:::bucket",
                "x".repeat(100_000))) {
            assertThat(FunctionName.parse(text)).isEmpty();
        }
    }
}
