package io.millrace.streams;

import io.millrace.model.AccessDeniedException;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/**
 * Where a consumer is, or would be if it were there; and how refusals speak of it.
 *
 * @param creationSecond tells a consumer from one that was registered under the same name before
 */
record ConsumerAddress(StreamAddress stream, String name, long creationSecond) {
    private static final int ARN_PARTS = 6;
    private static final Pattern ARN_RESOURCE = Pattern.compile("stream/([^/]+)/consumer/([^/:]+):([0-9]{1,18})");

    /** {@code arn:partition:kinesis:region:account:stream/name/consumer/name:second}. */
    static ConsumerAddress parse(String arn) {
        var parts = arn.split(":", ARN_PARTS);
        var resource = ARN_RESOURCE.matcher(parts.length < ARN_PARTS ? "" : parts[5]);
        if (!resource.matches()) {
            throw new InvalidArgumentException("ConsumerARN " + arn + " is not the ARN of a consumer");
        }
        return new ConsumerAddress(
                new StreamAddress(new Namespace(parts[4], parts[3]), resource.group(1)),
                resource.group(2),
                Long.parseLong(resource.group(3)));
    }

    String arn() {
        return stream.arn() + "/consumer/" + name + ":" + creationSecond;
    }

    /**
     * @param given the name or the ARN, whichever the request had
     */
    static ResourceNotFoundException notFound(String given, StreamAddress stream) {
        return new ResourceNotFoundException(
                "Consumer " + given + ", account " + stream.namespace().account() + " not found.");
    }

    ResourceNotFoundException notFound() {
        return notFound(arn(), stream);
    }

    static ResourceInUseException alreadyExists(String name, StreamAddress stream) {
        return new ResourceInUseException("Consumer " + name + " under stream " + stream.name()
                + " already exists for account " + stream.namespace().account() + ".");
    }

    ResourceInUseException notActive() {
        return new ResourceInUseException("Consumer " + name + " with creation timestamp " + creationSecond
                + " under stream: " + stream.name() + ", account "
                + stream.namespace().account() + " is not in "
                + ConsumerStatus.ACTIVE + " status.");
    }

    ResourceInUseException alreadySubscribed(String shardId) {
        return new ResourceInUseException("Another active subscription exists for this consumer: "
                + stream.namespace().account() + ":" + stream.name() + ":" + shardId + ":" + name);
    }

    AccessDeniedException accessDenied(Caller caller, String operation) {
        return StreamAddress.accessDenied(caller, operation, arn());
    }
}
