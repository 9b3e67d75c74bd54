package io.millrace.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/** A test of a {@link Kinesis}, run once with every {@link SdkClient} against the shared server. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("sdk")
@ParameterizedTest(name = "{argumentSetName}")
@ArgumentsSource(ConnectedClients.class)
@ExtendWith(SeenClients.class)
@interface EachClient {}
