package io.millrace.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a Millrace server of its own for a test class, on a free port with an empty data directory, and stops it
 * afterwards. Constructor, test and life-cycle methods may take parameters of these types:
 *
 * <ul>
 *   <li>{@code io.millrace.server.Millrace}: the server itself
 *   <li>{@code java.net.URI}: its endpoint
 *   <li>{@code KinesisClient} and {@code KinesisAsyncClient}: clients that talk to it, closed with it
 * </ul>
 *
 * <pre>{@code
 * @MillraceTest
 * class OrdersTest {
 *     @Test
 *     void storesAnOrder(KinesisClient kinesis) {
 *         kinesis.createStream(request -> request.streamName("orders").shardCount(1));
 *     }
 * }
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MillraceExtension.class)
public @interface MillraceTest {
    /** Settings for this server as {@code key=value}, for example {@code streams.shard-limit=10}. */
    String[] settings() default {};
}
