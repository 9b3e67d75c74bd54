package io.millrace.auth;

import io.millrace.model.Caller;
import java.util.List;

/** Answers the one policy question of a request. Open mode allows; the security issue brings policies that deny. */
@FunctionalInterface
public interface PolicyDecider {
    /** Allows everything, as open mode does. */
    PolicyDecider OPEN = (_, _, _) -> {};

    /**
     * Returns if the caller may, and throws otherwise.
     *
     * @param action for example {@code kinesis:PutRecords}
     * @param resources the ARNs the request is about
     * @throws io.millrace.model.AccessDeniedException if a policy does not allow the call
     */
    void check(Caller caller, String action, List<String> resources);
}
