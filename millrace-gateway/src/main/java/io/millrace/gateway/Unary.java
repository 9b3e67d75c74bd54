package io.millrace.gateway;

import io.millrace.model.Caller;

/** An operation in plain, blocking code, called on a virtual thread of its own. Throws {@code AwsException} to refuse. */
@FunctionalInterface
public interface Unary<I, O> {
    O handle(Caller caller, I input);
}
