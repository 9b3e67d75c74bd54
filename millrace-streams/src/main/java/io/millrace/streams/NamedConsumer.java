package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a request names a consumer: by ARN, by its stream's ARN and its name, or by all of them if they agree. */
record NamedConsumer(
        @Nullable String arn,
        @Nullable String streamArn,
        @Nullable String name) {

    /** What an owner can grant to other accounts. */
    private static final Set<String> CROSS_ACCOUNT_OPERATIONS = Set.of("DescribeStreamConsumer", "SubscribeToShard");

    /**
     * @param operation as in {@code kinesis:SubscribeToShard}, for the refusal of a foreign account's ARN
     */
    LiveConsumer find(Caller caller, StreamDirectory streams, ConsumerDirectory consumers, String operation) {
        return arn == null
                ? findByName(caller, streams, consumers, operation)
                : findByArn(arn, caller, streams, consumers, operation);
    }

    private LiveConsumer findByName(
            Caller caller, StreamDirectory streams, ConsumerDirectory consumers, String operation) {
        if (streamArn == null || name == null) {
            throw new InvalidArgumentException(
                    "Either ConsumerARN or both StreamARN and ConsumerName should be provided.");
        }
        var address = StreamDirectory.parse(streamArn);
        var stream = streams.find(caller, address);
        var found = stream.flatMap(
                present -> Optional.ofNullable(consumers.of(present.state()).get(name))
                        .filter(consumer -> allows(caller, present, consumer.state(), operation)));
        if (found.isEmpty() && isForeign(caller, address)) {
            throw address.accessDenied(caller, operation);
        }
        return found.orElseThrow(
                () -> stream.isPresent() ? ConsumerAddress.notFound(name, address) : address.notFound());
    }

    private LiveConsumer findByArn(
            String given, Caller caller, StreamDirectory streams, ConsumerDirectory consumers, String operation) {
        var address = ConsumerAddress.parse(given);
        if (name != null && !name.equals(address.name())) {
            throw new InvalidArgumentException("ConsumerARN " + given + " does not match ConsumerName " + name);
        }
        if (streamArn != null && !StreamDirectory.parse(streamArn).equals(address.stream())) {
            throw new InvalidArgumentException("ConsumerARN " + given + " does not match StreamARN " + streamArn);
        }
        var found = streams.find(caller, address.stream())
                .flatMap(stream -> consumers
                        .find(stream.state(), address)
                        .filter(consumer -> allows(caller, stream, consumer.state(), operation)));
        if (found.isEmpty() && isForeign(caller, address.stream())) {
            throw address.accessDenied(caller, operation);
        }
        return found.orElseThrow(() -> ConsumerAddress.notFound(given, address.stream()));
    }

    /** Whether the caller may do this: in its own account always, as far as we are concerned. */
    private static boolean allows(Caller caller, LiveStream stream, ConsumerState consumer, String operation) {
        return !isForeign(caller, consumer.address().stream())
                || (CROSS_ACCOUNT_OPERATIONS.contains(operation)
                        && stream.policyOf(consumer.key()).stream()
                                .anyMatch(policy -> policy.allows(
                                        caller,
                                        "kinesis:" + operation,
                                        consumer.address().arn())));
    }

    private static boolean isForeign(Caller caller, StreamAddress stream) {
        return !stream.namespace().account().equals(caller.namespace().account());
    }
}
