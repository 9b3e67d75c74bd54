package io.millrace.firehose.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.firehose.definition.DestinationConfiguration;
import io.millrace.firehose.definition.Revision;
import io.millrace.firehose.definition.Source;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.processing.Pipelines;
import io.millrace.firehose.s3.S3Destinations;
import io.millrace.functions.FunctionInvoker;
import io.millrace.functions.FunctionsConfig;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.ProcessorType;

class RoutesTest {
    private static final Duration MAX = Duration.ofSeconds(2);
    private static final Processor LAMBDA = Processor.builder()
            .type(ProcessorType.LAMBDA)
            .parameters(List.of(
                    parameter("LambdaArn", "arn:aws:lambda:us-east-1:000000000000:function:f"),
                    parameter("BufferSizeInMBs", "1"),
                    parameter("BufferIntervalInSeconds", "600")))
            .build();

    @Test
    void letsRecordsWaitForAFunctionNoLongerThanForADestination() {
        var clock = new ManualClock(Instant.EPOCH);
        try (var functions =
                new FunctionInvoker(FunctionsConfig.of("http://localhost:1", List.of(), "", "", "us-east-1"), clock)) {
            var routes = new Routes(
                    new S3Destinations(
                            () -> {
                                throw new AssertionError("nothing is written");
                            },
                            _ -> {
                                throw new AssertionError("nothing is converted");
                            }),
                    new Pipelines(functions, new SimpleMeterRegistry(), clock, new Random(1), _ -> {}),
                    openers(),
                    given -> given.compareTo(MAX) < 0 ? given : MAX);
            var revision = Revision.of(1, Instant.EPOCH, new DestinationConfiguration.S3(transformed()));

            var route = routes.open(ShardWorkTest.stream(new Source.DirectPut(Optional.empty())), revision);

            assertThat(route.buffering().interval()).isEqualTo(MAX);
            assertThat(route.pipeline().chunks().age()).isEqualTo(MAX);
            assertThat(route.pipeline().chunks().parallel()).isEqualTo(5);
        }
    }

    private static ExtendedS3DestinationConfiguration transformed() {
        return ExtendedS3DestinationConfiguration.builder()
                .bucketARN("arn:aws:s3:::lake")
                .processingConfiguration(processing -> processing.enabled(true).processors(List.of(LAMBDA)))
                .build();
    }

    private static ProcessorParameter parameter(String name, String value) {
        return ProcessorParameter.builder()
                .parameterName(name)
                .parameterValue(value)
                .build();
    }

    static DestinationOpeners openers() {
        return new DestinationOpeners(
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none,
                RoutesTest::none);
    }

    private static Destination none(Object stream, Object configuration) {
        throw new AssertionError("only buckets are opened");
    }
}
