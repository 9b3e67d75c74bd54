package io.millrace.gateway;

import java.net.IDN;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** What a certificate can vouch for: addresses, and names in the ASCII form that DNS and clients use. */
final class TlsName {
    private static final int LENGTH_MAX = 253;
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
    private static final Pattern DNS_NAME = Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");

    private TlsName() {}

    static boolean isValid(String name) {
        if (isAddress(name)) {
            return true;
        }
        try {
            var ascii = IDN.toASCII(name);
            return ascii.length() <= LENGTH_MAX && DNS_NAME.matcher(ascii).matches();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** @param name one that is valid */
    static String ascii(String name) {
        return isAddress(name) ? name : IDN.toASCII(name);
    }

    static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
