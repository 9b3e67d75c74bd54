package io.millrace.model;

import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/**
 * One operation of a service's published API: all that routing, decoding, authorization and audit need to know of it.
 *
 * @param <I> what its handler takes: the SDK's request class, or one of this package's flat types for hot operations
 * @param <O> what its handler returns; {@code Void} never: operations without output return the SDK's empty response
 * @param name as on the wire, for example {@code CreateStream}
 * @param iamAction for example {@code kinesis:CreateStream}
 * @param plane whether it manages resources or moves data; decides what is audited
 * @param wireInput a new, empty builder of the SDK's request class, to decode into and to check constraints on
 * @param resources finds the ARNs of the resources a request is about
 */
@SuppressWarnings("UnusedTypeParameter") // O ties the handler that is registered for it to its codec
public record Operation<I, O>(
        Service service,
        String name,
        String iamAction,
        Plane plane,
        Supplier<? extends SdkPojo> wireInput,
        ResourceFinder<I> resources) {

    /** Management calls are audited each; data calls only on demand. */
    public enum Plane {
        MANAGEMENT,
        DATA
    }

    /** Names the resources that a policy decides on. */
    @FunctionalInterface
    public interface ResourceFinder<I> {
        List<String> arns(I input, Namespace namespace);
    }
}
