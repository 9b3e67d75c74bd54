package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** Finds the stream or the consumer that a ResourceARN names, for operations of its own account only. */
final class Resources {
    private static final Pattern ARN = Pattern.compile("arn:aws[^:]*:kinesis:([^:]*):(\\d{12}):stream/([^/:]+)"
            + "(?<consumer>/consumer/[a-zA-Z0-9_.-]+:\\d{1,18})?");

    private final StreamDirectory directory;
    private final ConsumerDirectory consumers;

    Resources(StreamDirectory directory, ConsumerDirectory consumers) {
        this.directory = directory;
        this.consumers = consumers;
    }

    /**
     * A resource that is there.
     *
     * @param arn as the request gave it
     * @param consumer absent if the resource is the stream itself
     */
    record Found(String arn, LiveStream stream, Optional<ConsumerState> consumer) {
        static Found of(LiveStream stream) {
            return new Found(stream.state().address().arn(), stream, Optional.empty());
        }

        ResourceKey key() {
            return consumer.map(ConsumerState::key)
                    .orElseGet(() -> ResourceKey.ofStream(stream.state().id()));
        }

        /** {@code stream orders under account 000000000000}, or the same of a consumer. */
        String described() {
            var address = stream.state().address();
            return consumer.map(found -> "consumer " + found.address().name() + " of " + address)
                    .orElseGet(address::toString);
        }

        void requireActiveConsumer() {
            if (consumer.isPresent() && consumer.get().status() != ConsumerStatus.ACTIVE) {
                var address = consumer.get().address();
                throw new ResourceInUseException("Consumer " + address.name() + " with creation timestamp "
                        + address.creationSecond() + " under stream "
                        + address.stream().name() + " and account "
                        + address.stream().namespace().account() + " is not in ACTIVE status.");
            }
        }
    }

    /** The resource that a request about tags names. */
    Found require(Caller caller, String arn, String operation) {
        return find(caller, arn, operation).orElseThrow(() -> address(arn).notFound());
    }

    /** Like {@link #require}; where the stream is unknown, operations on policies print its whole ARN. */
    Found requireForPolicy(Caller caller, String arn, String operation) {
        return find(caller, arn, operation)
                .orElseThrow(() -> new ResourceNotFoundException("Stream " + arn + " under account "
                        + address(arn).namespace().account() + " not found."));
    }

    private Optional<Found> find(Caller caller, String arn, String operation) {
        var address = address(arn);
        if (!address.namespace().account().equals(caller.namespace().account())) {
            throw StreamAddress.accessDenied(caller, operation, arn);
        }
        return directory.find(caller, address).map(stream -> new Found(arn, stream, consumer(stream.state(), arn)));
    }

    private Optional<ConsumerState> consumer(StreamState stream, String arn) {
        var parts = ARN.matcher(arn);
        if (!parts.matches() || parts.group("consumer") == null) {
            return Optional.empty();
        }
        var found = consumers
                .find(stream, ConsumerAddress.parse(arn))
                .orElseThrow(() -> ConsumerAddress.notFound(arn, stream.address()));
        return Optional.of(found.state());
    }

    private static StreamAddress address(String arn) {
        var parts = ARN.matcher(arn);
        if (!parts.matches()) {
            throw new InvalidArgumentException("ResourceARN " + arn + " is not the ARN of a stream or a consumer");
        }
        return new StreamAddress(new Namespace(parts.group(2), parts.group(1)), parts.group(3));
    }
}
