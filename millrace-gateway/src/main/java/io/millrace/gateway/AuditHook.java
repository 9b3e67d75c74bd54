package io.millrace.gateway;

/** Is told of each management call once it is decided, before its reply leaves. May be called on any thread. */
@FunctionalInterface
public interface AuditHook {
    /** Forgets everything. */
    AuditHook NONE = _ -> {};

    void record(AuditEvent event);
}
