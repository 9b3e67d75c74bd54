package io.millrace.server;

import io.millrace.auth.RequestHead;
import io.millrace.gateway.AdminPage;
import io.millrace.gateway.Page;
import java.util.List;
import java.util.Locale;

/**
 * Decides who may administer the server: whoever knows its token, and never a browser, which may be speaking for any page on
 * the web.
 *
 * <p>To all others the page is not there.
 */
final class AdminDoor implements AdminPage {
    private static final String BEARER = "Bearer ";
    private static final List<String> SIGNS_OF_A_BROWSER = List.of("origin", "referer", "sec-fetch-site");

    private final Answering page;
    private final AdminToken token;

    /** What a page says to those who may ask. */
    interface Answering {
        /** @param query what stands behind the question mark, without it */
        Page answer(String method, String query, String body);
    }

    AdminDoor(Answering page, AdminToken token) {
        this.page = page;
        this.token = token;
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
        var authorization = head.header("authorization");
        return SIGNS_OF_A_BROWSER.stream().allMatch(name -> head.header(name) == null)
                && authorization != null
                && authorization.startsWith(BEARER)
                && token.is(authorization.substring(BEARER.length()));
    }

    private static boolean isJson(RequestHead head) {
        var type = head.header("content-type");
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }
}
