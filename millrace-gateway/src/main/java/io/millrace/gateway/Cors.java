package io.millrace.gateway;

import io.millrace.auth.RequestHead;
import io.netty.util.AsciiString;
import java.util.List;

/** What browsers ask before they let a page call us: every page may. */
final class Cors {
    private static final AsciiString ALLOW_ORIGIN = AsciiString.cached("access-control-allow-origin");
    private static final AsciiString ALLOW_HEADERS = AsciiString.cached("access-control-allow-headers");
    private static final AsciiString ALLOW_METHODS = AsciiString.cached("access-control-allow-methods");
    private static final AsciiString MAX_AGE = AsciiString.cached("access-control-max-age");
    private static final AsciiString EXPOSE_HEADERS = AsciiString.cached("access-control-expose-headers");

    private static final AsciiString ANY = AsciiString.cached("*");
    private static final AsciiString MAX_AGE_SECONDS = AsciiString.cached("172800");
    private static final AsciiString EXPOSED = AsciiString.cached(
            "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date");

    private Cors() {}

    static boolean isPreflight(RequestHead head) {
        return head.method().equals("OPTIONS") && head.header("origin") != null;
    }

    static void addTo(List<Carrier.Header> headers, RequestHead head) {
        if (head.header("origin") == null) {
            return;
        }
        headers.add(new Carrier.Header(ALLOW_ORIGIN, ANY));
        if (!isPreflight(head)) {
            headers.add(new Carrier.Header(EXPOSE_HEADERS, EXPOSED));
            return;
        }
        var requestHeaders = head.header("access-control-request-headers");
        if (requestHeaders != null) {
            headers.add(new Carrier.Header(ALLOW_HEADERS, requestHeaders));
        }
        var requestMethod = head.header("access-control-request-method");
        if (requestMethod != null) {
            headers.add(new Carrier.Header(ALLOW_METHODS, requestMethod));
        }
        headers.add(new Carrier.Header(MAX_AGE, MAX_AGE_SECONDS));
    }
}
