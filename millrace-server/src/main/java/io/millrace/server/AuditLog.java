package io.millrace.server;

import io.millrace.gateway.AuditEvent;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes who managed what into the server's log, a line for each management call; calls that only look at debug level. */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.millrace.audit");
    private static final Pattern READ_ONLY = Pattern.compile("(Describe|List|Get).*");

    private AuditLog() {}

    static void record(AuditEvent event) {
        LOG.atLevel(READ_ONLY.matcher(event.operation()).matches() ? Level.DEBUG : Level.INFO)
                .log(
                        "{} {} by {} from {} on {}: {}",
                        event.caller().requestId(),
                        event.operation(),
                        event.caller().principalArn(),
                        event.sourceAddress(),
                        event.resources(),
                        event.errorCode().orElse("done"));
    }
}
