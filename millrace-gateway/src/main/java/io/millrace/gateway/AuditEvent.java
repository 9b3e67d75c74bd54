package io.millrace.gateway;

import io.millrace.model.Caller;
import io.millrace.model.Service;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One management call and what became of it.
 *
 * @param resources the ARNs the call is about; empty if it was refused before they were known
 * @param errorCode empty if the call succeeded
 * @param sourceAddress the client's IP address
 * @param userAgent empty if the client sent none
 */
public record AuditEvent(
        Instant time,
        Caller caller,
        Service service,
        String operation,
        List<String> resources,
        Optional<String> errorCode,
        String sourceAddress,
        String userAgent) {}
