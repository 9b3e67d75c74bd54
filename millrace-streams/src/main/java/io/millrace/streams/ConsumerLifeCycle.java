package io.millrace.streams;

import io.millrace.model.Caller;
import io.millrace.model.LimitExceededException;
import io.millrace.model.Namespace;
import io.millrace.model.ResourceInUseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerResponse;

/**
 * RegisterStreamConsumer and DeregisterStreamConsumer, and the steps that complete them. What is pending stands in the
 * catalog, so whatever a crash leaves half done is done at the next start.
 */
final class ConsumerLifeCycle {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConsumerLifeCycle.class);

    /** How long to wait with a step that failed, on a full disk for example. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** A name is free again only in the next second, so that it never makes the same ARN twice. */
    private static final Duration ARN_WAIT_MAX = Duration.ofSeconds(1);

    private final StreamsConfig config;
    private final StreamDirectory streams;
    private final StreamRegister streamRegister;
    private final StreamTables streamTables;
    private final ConsumerDirectory directory;
    private final ConsumerRegister register;
    private final AccountSettings accounts;
    private final FanOut fanOut;
    private final InstantSource clock;

    ConsumerLifeCycle(
            StreamsConfig config,
            StreamDirectory streams,
            StreamRegister streamRegister,
            StreamTables streamTables,
            ConsumerDirectory directory,
            ConsumerRegister register,
            AccountSettings accounts,
            FanOut fanOut,
            InstantSource clock) {
        this.config = config;
        this.streams = streams;
        this.streamRegister = streamRegister;
        this.streamTables = streamTables;
        this.directory = directory;
        this.register = register;
        this.accounts = accounts;
        this.fanOut = fanOut;
        this.clock = clock;
    }

    RegisterStreamConsumerResponse register(Caller caller, RegisterStreamConsumerRequest request) {
        var registered = streamRegister.inTurn(() -> {
            var stream = streams.require(caller, null, request.streamARN(), "RegisterStreamConsumer")
                    .state();
            var described = "consumer " + request.consumerName() + " of " + stream.address();
            TagRules.requireAddable(described, request.tags());
            TagRules.requireRoomFor(described, request.tags().size());
            if (!stream.writable()) {
                throw stream.address().notActive(stream.status());
            }
            requireRoom(stream, request.consumerName());
            return register.add(connection -> creating(connection, stream, request.consumerName()), request.tags());
        });
        return RegisterStreamConsumerResponse.builder()
                .consumer(ConsumerListing.listed(registered))
                .build();
    }

    private ConsumerState creating(Connection connection, StreamState stream, String name) throws SQLException {
        long now = clock.millis();
        return new ConsumerState(
                streamTables.allocate(connection, StreamTables.Counter.CONSUMER_ID, 1),
                stream.id(),
                new ConsumerAddress(stream.address(), name, Math.floorDiv(now, 1000L)),
                ConsumerStatus.CREATING,
                now,
                now + config.transitionDelay().toMillis());
    }

    private void requireRoom(StreamState stream, String name) {
        var present = directory.of(stream);
        if (present.containsKey(name)) {
            throw ConsumerAddress.alreadyExists(name, stream.address());
        }
        int limit = consumersMax(stream.address().namespace());
        if (present.size() >= limit) {
            throw new LimitExceededException("This request would have exceeded the limit on the number of consumers"
                    + " that can be registered with " + stream.address() + ". Limit: " + limit);
        }
        long creating = present.values().stream()
                .filter(consumer -> consumer.state().status() == ConsumerStatus.CREATING)
                .count();
        if (creating >= StreamLimits.CONSUMERS_CREATING_MAX) {
            throw new LimitExceededException("This request would have exceeded the limit on the number of consumers of "
                    + stream.address() + " that can simultaneously be in CREATING. Limit: "
                    + StreamLimits.CONSUMERS_CREATING_MAX);
        }
    }

    private int consumersMax(Namespace namespace) {
        return accounts.committed(namespace) ? StreamLimits.CONSUMERS_MAX_COMMITTED : StreamLimits.CONSUMERS_MAX;
    }

    DeregisterStreamConsumerResponse deregister(Caller caller, DeregisterStreamConsumerRequest request) {
        var deregistered = streamRegister.inTurn(() -> {
            var consumer = new NamedConsumer(request.consumerARN(), request.streamARN(), request.consumerName())
                    .find(caller, streams, directory, "DeregisterStreamConsumer");
            if (consumer.state().status() != ConsumerStatus.DELETING) {
                register.change(consumer, consumer.state().deleting(deletionDueMillis(consumer.state())));
            }
            return consumer;
        });
        endSubscriptions(deregistered);
        return DeregisterStreamConsumerResponse.builder().build();
    }

    private long deletionDueMillis(ConsumerState consumer) {
        long nextSecond = (consumer.address().creationSecond() + 1) * 1000;
        return Math.max(clock.millis() + config.transitionDelay().toMillis(), nextSecond);
    }

    private void endSubscriptions(LiveConsumer consumer) {
        fanOut.end(consumer, consumer.state().address().notFound());
    }

    /** Refuses to delete a stream that has consumers, unless they may go with it. */
    void requireDeletable(StreamState stream, DeleteStreamRequest request) {
        if (!directory.of(stream).isEmpty() && !Boolean.TRUE.equals(request.enforceConsumerDeletion())) {
            throw new ResourceInUseException("DeleteStream can't delete "
                    + stream.address().arn()
                    + " because there are consumers associated with this data stream. To delete "
                    + stream.address().name()
                    + " anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the"
                    + " consumers that are associated with it.");
        }
    }

    /** Lets a stream's consumers go, for the stream is on its way out. */
    void deleteAll(StreamState stream) {
        for (var consumer : List.copyOf(directory.of(stream).values())) {
            if (consumer.state().status() != ConsumerStatus.DELETING) {
                register.change(consumer, consumer.state().deleting(stream.transitionDueMillis()));
            }
            endSubscriptions(consumer);
        }
    }

    /**
     * Does every step that is due.
     *
     * @return how long to wait for the next one, if nothing new is asked for
     */
    Duration reconcile() {
        var next = Duration.ofDays(1);
        for (var consumer : directory.all().toList()) {
            var state = consumer.state();
            if (state.status() != ConsumerStatus.ACTIVE) {
                var wait = untilDue(state);
                var again = wait.isPositive() ? wait : step(consumer, state);
                next = again.compareTo(next) < 0 ? again : next;
            }
        }
        return next;
    }

    /** Longer waits than any step has are believed to come from a clock that was set back, and are not waited for. */
    private Duration untilDue(ConsumerState state) {
        var wait = Duration.ofMillis(state.transitionDueMillis() - clock.millis());
        return wait.compareTo(config.transitionDelay().plus(ARN_WAIT_MAX)) > 0 ? Duration.ZERO : wait;
    }

    private Duration step(LiveConsumer consumer, ConsumerState seen) {
        try {
            return streamRegister.inTurn(() -> complete(consumer, seen));
        } catch (RuntimeException e) {
            LOGGER.error(
                    "consumer {} stays {} until the next try", seen.address().arn(), seen.status(), e);
            return RETRY_INTERVAL;
        }
    }

    private Duration complete(LiveConsumer consumer, ConsumerState seen) {
        var state = consumer.state();
        if (!state.equals(seen) || !directory.holds(consumer)) {
            // Something else was asked for meanwhile; the next look finds it.
            return Duration.ZERO;
        }
        if (state.status() == ConsumerStatus.CREATING) {
            register.change(consumer, state.active());
        } else {
            register.remove(consumer);
            streams.find(state.address().stream()).ifPresent(stream -> stream.hidePolicy(state.key()));
        }
        return Duration.ofDays(1);
    }
}
