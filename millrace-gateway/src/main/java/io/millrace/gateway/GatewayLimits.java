package io.millrace.gateway;

import io.netty.util.internal.PlatformDependent;
import java.time.Duration;

/**
 * What the door grants to clients that it does not trust. Deadlines are kept to within a second.
 *
 * @param connectionsMax for one more the connection is closed that has been without a request for longest; the newcomer
 *     itself if all have one
 * @param requestsInFlightMax requests beyond it are answered 503
 * @param subscriptionsMax requests that are answered with events do not count as in flight; those beyond this are answered
 *     503
 * @param requestBodyMaxBytes a larger body is answered 413
 * @param bodiesInMemoryMaxBytes for all bodies together; a request that does not fit is answered 503
 * @param repliesInMemoryMaxBytes for all replies in one piece of more than 64 KiB, each until its last byte has gone to
 *     the client; one that does not fit is replaced by a 503
 * @param eventsInMemoryMaxBytes for all events of more than 64 KiB, each until its last byte has gone to the last of the
 *     clients that it is for; half as many again may wait for room, and those for which there is no room to wait end their subscriptions
 * @param carriedInMemoryMaxBytes for what lies in buffers for sockets, beyond the first 8 KiB of each reply; while it is
 *     used up, replies go out in bits of that size
 * @param requestLineMaxBytes for HTTP/1.1
 * @param headMaxBytes all headers of a request together
 * @param headersMax the number of headers of a request
 * @param headWaitMax from a connection's beginning, or from a request's first byte, to the end of its head
 * @param bodyPaceWindow how long a body may take for the next {@code bodyPaceMinBytes} bytes
 * @param idleMax how long a connection may stay open without a request
 * @param replyStallMax how long a client may leave a reply unread
 * @param subscriptionStallMax how long a client may leave events unread; a consumer that works on those before may well
 *     take minutes
 * @param http2StreamsMax concurrent requests on one HTTP/2 connection
 */
public record GatewayLimits(
        int connectionsMax,
        int requestsInFlightMax,
        int subscriptionsMax,
        int requestBodyMaxBytes,
        long bodiesInMemoryMaxBytes,
        long repliesInMemoryMaxBytes,
        long eventsInMemoryMaxBytes,
        long carriedInMemoryMaxBytes,
        int requestLineMaxBytes,
        int headMaxBytes,
        int headersMax,
        Duration headWaitMax,
        Duration bodyPaceWindow,
        int bodyPaceMinBytes,
        Duration idleMax,
        Duration replyStallMax,
        Duration subscriptionStallMax,
        int http2StreamsMax) {
    private static final int MIB = 1 << 20;

    public GatewayLimits {
        requirePositive("connectionsMax", connectionsMax);
        requirePositive("requestsInFlightMax", requestsInFlightMax);
        requirePositive("subscriptionsMax", subscriptionsMax);
        requirePositive("requestBodyMaxBytes", requestBodyMaxBytes);
        requirePositive("repliesInMemoryMaxBytes", repliesInMemoryMaxBytes);
        requirePositive("eventsInMemoryMaxBytes", eventsInMemoryMaxBytes);
        requirePositive("carriedInMemoryMaxBytes", carriedInMemoryMaxBytes);
        requirePositive("requestLineMaxBytes", requestLineMaxBytes);
        requirePositive("headMaxBytes", headMaxBytes);
        requirePositive("headersMax", headersMax);
        requirePositive("headWaitMax", headWaitMax.toMillis());
        requirePositive("bodyPaceWindow", bodyPaceWindow.toMillis());
        requirePositive("bodyPaceMinBytes", bodyPaceMinBytes);
        requirePositive("idleMax", idleMax.toMillis());
        requirePositive("replyStallMax", replyStallMax.toMillis());
        requirePositive("subscriptionStallMax", subscriptionStallMax.toMillis());
        requirePositive("http2StreamsMax", http2StreamsMax);
        if (bodiesInMemoryMaxBytes < requestBodyMaxBytes) {
            throw new IllegalArgumentException("bodiesInMemoryMaxBytes (" + bodiesInMemoryMaxBytes
                    + ") must hold one body of requestBodyMaxBytes (" + requestBodyMaxBytes + ")");
        }
    }

    /**
     * Limits for a machine of ordinary size. A quarter of the heap is for requests, an eighth for events; of the memory
     * outside of the heap, a quarter is for replies in one piece and another for what lies with the sockets.
     */
    public static GatewayLimits defaults() {
        int requestBodyMaxBytes = 16 * MIB;
        long heapBytes = Runtime.getRuntime().maxMemory();
        return new GatewayLimits(
                10_000,
                16_384,
                20_000,
                requestBodyMaxBytes,
                Math.max(2L * requestBodyMaxBytes, heapBytes / 4),
                Math.max(2L * requestBodyMaxBytes, PlatformDependent.maxDirectMemory() / 4),
                Math.max(2L * requestBodyMaxBytes, heapBytes / 8),
                Math.max(MIB, PlatformDependent.maxDirectMemory() / 4),
                16 * 1024,
                32 * 1024,
                128,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                10 * 1024,
                Duration.ofMinutes(3),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                512);
    }

    private static void requirePositive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " (" + value + ") must be positive");
        }
    }
}
