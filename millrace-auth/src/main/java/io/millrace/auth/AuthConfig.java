package io.millrace.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Who callers are when nothing else tells.
 *
 * @param accountId the account of callers whose access key id is not itself an account id; 12 digits
 * @param defaultRegion the region of callers whose credential scope names none
 * @param unsigned what becomes of requests without any signature; AWS refuses them, and SDKs never send them
 * @param openNetwork whether a server that checks no signatures may be reached from other machines
 */
public record AuthConfig(String accountId, String defaultRegion, Unsigned unsigned, boolean openNetwork) {
    /** What to do with a request that nobody signed. */
    public enum Unsigned {
        REFUSE,
        ACCEPT
    }

    private static final Pattern ACCOUNT_ID = Pattern.compile("\\d{12}");

    public AuthConfig {
        if (!ACCOUNT_ID.matcher(accountId).matches()) {
            throw new IllegalArgumentException("account.id (" + accountId + ") must be 12 digits");
        }
        if (!CredentialScope.isRegion(defaultRegion)) {
            throw new IllegalArgumentException(
                    "account.region (" + defaultRegion + ") must be a region's name such as us-east-1");
        }
    }

    public static AuthConfig defaults() {
        return new AuthConfig("000000000000", "us-east-1", Unsigned.REFUSE, false);
    }

    /**
     * Returns if a server in open mode may listen on this address.
     *
     * @throws IllegalArgumentException if other machines could reach it and {@code auth.open-network} is not set
     */
    public void requireSafeHost(String host) {
        if (!openNetwork && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "server.host (" + host + ") can be reached from other machines, and with"
                            + " auth.mode=open whoever reaches it may do everything. Set auth.open-network=true if you want that.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("server.host (" + host + ") is not an address of this machine", e);
        }
    }
}
