package io.millrace.server;

import io.millrace.auth.RequestHead;
import io.millrace.gateway.AdminPage;
import io.millrace.gateway.Page;
import io.millrace.server.faults.FaultsPage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides who may administer the server: with a token, whoever knows it; without one, only programs on this machine, and
 * never a browser, which may be speaking for any page on the web.
 *
 * <p>To all others the page is not there.
 */
final class AdminDoor implements AdminPage {
    private static final int TOKEN_MIN_CHARS = 16;
    private static final String BEARER = "Bearer ";
    private static final List<String> SIGNS_OF_A_BROWSER = List.of("origin", "referer", "sec-fetch-site");
    private static final List<String> SIGNS_OF_A_PROXY = List.of("forwarded", "x-forwarded-for", "via");
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|[a-z0-9-]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

    private final FaultsPage page;
    private final Optional<byte[]> token;
    private final boolean onLoopback;

    private AdminDoor(FaultsPage page, Optional<byte[]> token, boolean onLoopback) {
        this.page = page;
        this.token = token;
        this.onLoopback = onLoopback;
    }

    /** @param host what the server listens on */
    static AdminDoor to(FaultsPage page, Optional<String> token, String host) {
        return new AdminDoor(page, token.map(AdminDoor::bytes), isLoopback(host));
    }

    /** @throws IllegalArgumentException if the token could be guessed */
    static Optional<String> requireToken(Optional<String> token) {
        if (token.isPresent() && token.get().length() < TOKEN_MIN_CHARS) {
            throw new IllegalArgumentException("admin.token must have at least " + TOKEN_MIN_CHARS + " characters");
        }
        return token;
    }

    @Override
    public Page answer(RequestHead head, String body) {
        if (!body.isEmpty() && !isJson(head)) {
            return new Page(415, "text/plain; charset=utf-8", "Content-Type must be application/json\n");
        }
        int query = head.target().indexOf('?');
        return page.answer(head.method(), query < 0 ? "" : head.target().substring(query + 1), body);
    }

    @Override
    public boolean admits(RequestHead head) {
        if (SIGNS_OF_A_BROWSER.stream().anyMatch(name -> head.header(name) != null)) {
            return false;
        }
        var authorization = Optional.ofNullable(head.header("authorization"));
        if (token.isPresent()) {
            return authorization
                    .filter(given -> given.startsWith(BEARER))
                    .map(given -> bytes(given.substring(BEARER.length())))
                    // Constant-time: an early exit would tell how much of a guess was right.
                    .filter(given -> MessageDigest.isEqual(given, token.get()))
                    .isPresent();
        }
        return onLoopback
                && authorization.isEmpty()
                && SIGNS_OF_A_PROXY.stream().noneMatch(name -> head.header(name) != null)
                && namesThisMachine(head);
    }

    /** A page that had its own name resolved to this machine gives itself away by that name. */
    private static boolean namesThisMachine(RequestHead head) {
        var host = head.header("host");
        var name = host == null ? head.header(":authority") : host;
        return name != null
                && LOOPBACK_HOST.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private static boolean isJson(RequestHead head) {
        var type = head.header("content-type");
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException _) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
