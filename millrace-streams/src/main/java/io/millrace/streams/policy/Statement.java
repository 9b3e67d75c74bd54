package io.millrace.streams.policy;

import io.millrace.model.Caller;
import java.util.List;

/**
 * One statement of a policy.
 *
 * @param conditional whether it holds only under a condition
 */
record Statement(
        Effect effect, List<Principal> principals, List<Glob> actions, List<Glob> resources, boolean conditional) {

    /** What becomes of a call that a statement speaks of. */
    enum Effect {
        ALLOW,
        DENY
    }

    // IAM compares actions without regard to case; the patterns of actions were read in lower case.
    boolean speaksOf(Caller caller, String action, String arn) {
        return principals.stream().anyMatch(principal -> principal.includes(caller))
                && actions.stream().anyMatch(glob -> glob.matches(Glob.lowerCase(action)))
                && resources.stream().anyMatch(glob -> glob.matches(arn));
    }
}
