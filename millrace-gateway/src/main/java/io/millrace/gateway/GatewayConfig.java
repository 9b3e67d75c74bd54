package io.millrace.gateway;

import java.time.Duration;

/**
 * Where the door is and how it behaves.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param shutdownWaitMax how long {@link Gateway#close} waits for requests that are being served
 * @param requestLog whether each request writes a line to the logger {@code io.millrace.gateway.requests}
 */
public record GatewayConfig(
        String host, int port, TlsConfig tls, GatewayLimits limits, Duration shutdownWaitMax, boolean requestLog) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 4567;
    public static final Duration DEFAULT_SHUTDOWN_WAIT_MAX = Duration.ofSeconds(20);

    private static final int PORT_MAX = 65_535;

    public GatewayConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("server.host must not be empty; use " + DEFAULT_HOST);
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("server.port (" + port + ") must be 0 to " + PORT_MAX);
        }
        if (shutdownWaitMax.isNegative()) {
            throw new IllegalArgumentException("server.shutdown-wait-max (" + shutdownWaitMax + ") is negative");
        }
    }

    public static GatewayConfig defaults(TlsConfig tls) {
        return new GatewayConfig(
                DEFAULT_HOST, DEFAULT_PORT, tls, GatewayLimits.defaults(), DEFAULT_SHUTDOWN_WAIT_MAX, false);
    }
}
