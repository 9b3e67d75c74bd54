package io.millrace.streams.policy;

import io.millrace.model.Caller;
import java.util.List;

/**
 * A policy as its owner wrote it, and what it says. Never changed, so any thread may ask.
 *
 * <p>An explicit Deny wins over any Allow. Conditions are not evaluated: a statement that has one never allows, and denies
 * whatever its condition might say, so that what we do not understand can only keep callers out.
 */
public final class ResourcePolicy {
    private final String document;
    private final List<Statement> statements;

    private ResourcePolicy(String document, List<Statement> statements) {
        this.document = document;
        this.statements = statements;
    }

    /**
     * Reads a policy document.
     *
     * @throws io.millrace.model.InvalidArgumentException if it is not JSON, or says what a policy can't say
     */
    public static ResourcePolicy parse(String document) {
        return new ResourcePolicy(document, PolicyDocument.statements(document));
    }

    /** A policy that was taken once and can't be read any more: it is kept as it is, and grants nothing. */
    public static ResourcePolicy grantingNothing(String document) {
        return new ResourcePolicy(document, List.of());
    }

    /** The text it was read from, as GetResourcePolicy gives it back. */
    public String document() {
        return document;
    }

    /**
     * Whether the policy allows the caller this.
     *
     * @param action for example {@code kinesis:PutRecords}
     * @param arn the resource's
     */
    public boolean allows(Caller caller, String action, String arn) {
        boolean allowed = false;
        for (var statement : statements) {
            if (statement.speaksOf(caller, action, arn)) {
                switch (statement.effect()) {
                    case DENY -> {
                        return false;
                    }
                    case ALLOW -> allowed |= !statement.conditional();
                }
            }
        }
        return allowed;
    }
}
