package io.millrace.server;

import io.millrace.gateway.AuditEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes who managed what into the server's log, a line for each management call. */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.millrace.audit");

    private AuditLog() {}

    static void record(AuditEvent event) {
        LOG.info(
                "{} {} by {} from {} on {}: {}",
                event.caller().requestId(),
                event.operation(),
                event.caller().principalArn(),
                event.sourceAddress(),
                event.resources(),
                event.errorCode().orElse("done"));
    }
}
