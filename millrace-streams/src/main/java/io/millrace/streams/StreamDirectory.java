package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.Namespace;
import io.millrace.model.ValidationException;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every stream there is, by namespace and name: the view that follows the catalog, and that the data paths look into
 * instead of it.
 */
final class StreamDirectory {
    private static final String ARN_RESOURCE = "stream/";
    private static final int ARN_PARTS = 6;

    private static final String ACTION_PREFIX = "kinesis:";

    /** What an owner can grant to other accounts; everything else is for the owner's account alone, whatever a policy says. */
    private static final Set<String> CROSS_ACCOUNT_OPERATIONS =
            Set.of("DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards", "PutRecord", "PutRecords");

    private final Map<Namespace, NavigableMap<String, LiveStream>> byNamespace = new ConcurrentHashMap<>();

    void add(LiveStream stream) {
        var address = stream.state().address();
        byNamespace
                .computeIfAbsent(address.namespace(), _ -> new ConcurrentSkipListMap<>())
                .put(address.name(), stream);
    }

    void remove(StreamAddress address) {
        byNamespace.getOrDefault(address.namespace(), new TreeMap<>()).remove(address.name());
    }

    Stream<LiveStream> all() {
        return byNamespace.values().stream().flatMap(streams -> streams.values().stream());
    }

    /** The namespace's streams, ascending by name. */
    NavigableMap<String, LiveStream> in(Namespace namespace) {
        return byNamespace.getOrDefault(namespace, Collections.emptyNavigableMap());
    }

    Optional<LiveStream> find(StreamAddress address) {
        return Optional.ofNullable(in(address.namespace()).get(address.name()));
    }

    /**
     * The stream at an address that a request named, if it is in the caller's region. That the caller may have to do with
     * the address was decided when the request's words were made one.
     */
    Optional<LiveStream> find(Caller caller, StreamAddress address) {
        return address.namespace().region().equals(caller.namespace().region()) ? find(address) : Optional.empty();
    }

    /**
     * Whether the caller may do this with what is at the address: in its own account always, as far as we are concerned,
     * and in another's if the stream is there and its policy says so.
     */
    boolean allows(Caller caller, StreamAddress address, String operation) {
        return address.namespace().account().equals(caller.namespace().account())
                || (CROSS_ACCOUNT_OPERATIONS.contains(operation)
                        && find(caller, address).stream().anyMatch(stream -> grants(stream, caller, operation)));
    }

    private static boolean grants(LiveStream stream, Caller caller, String operation) {
        var state = stream.state();
        return stream.policyOf(ResourceKey.ofStream(state.id()))
                .filter(policy -> policy.allows(
                        caller, ACTION_PREFIX + operation, state.address().arn()))
                .isPresent();
    }

    /** The stream that a request names. */
    LiveStream require(Caller caller, @Nullable String name, @Nullable String arn, String operation) {
        var address = address(caller, name, arn, operation);
        return find(caller, address).orElseThrow(address::notFound);
    }

    /**
     * The address that a request names by name, by ARN, or by both.
     *
     * @param operation as in {@code kinesis:PutRecords}, for the refusal of a foreign account's ARN
     */
    StreamAddress address(Caller caller, @Nullable String name, @Nullable String arn, String operation) {
        if (arn == null) {
            return new StreamAddress(caller.namespace(), requireName(name));
        }
        var address = parse(arn);
        if (name != null && !name.equals(address.name())) {
            throw new InvalidArgumentException("StreamARN " + arn + " does not match StreamName " + name);
        }
        requireAllowed(caller, address, operation);
        return address;
    }

    void requireAllowed(Caller caller, StreamAddress address, String operation) {
        if (!allows(caller, address, operation)) {
            throw address.accessDenied(caller, operation);
        }
    }

    private static String requireName(@Nullable String name) {
        if (name == null) {
            throw new ValidationException("1 validation error detected: Value null at 'streamName' failed to satisfy"
                    + " constraint: Member must not be null");
        }
        return name;
    }

    /** {@code arn:partition:kinesis:region:account:stream/name}; the shape was checked against the model's pattern. */
    static StreamAddress parse(String arn) {
        var parts = arn.split(":", ARN_PARTS);
        if (parts.length < ARN_PARTS || !parts[5].startsWith(ARN_RESOURCE)) {
            throw new InvalidArgumentException("StreamARN " + arn + " is not the ARN of a stream");
        }
        return new StreamAddress(new Namespace(parts[4], parts[3]), parts[5].substring(ARN_RESOURCE.length()));
    }
}
