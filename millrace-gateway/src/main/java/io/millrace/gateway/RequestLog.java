package io.millrace.gateway;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request that was answered: who, what, how it went, how much and how long. */
final class RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.millrace.gateway.requests");

    void answered(Exchange exchange, int status, long bodyBytes, long nanos) {
        LOG.info(
                "{} {} {} {} {} in={} out={} micros={}",
                exchange.sourceAddress(),
                exchange.head().requestId(),
                exchange.head().method(),
                exchange.operation(),
                status,
                exchange.receivedBytes(),
                bodyBytes,
                TimeUnit.NANOSECONDS.toMicros(nanos));
    }
}
