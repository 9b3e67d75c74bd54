package io.millrace.auth;

import io.millrace.model.IncompleteSignatureException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the credential in a SigV4 {@code Authorization} header or in a presigned query, as loosely as AWS does, and
 * complains about missing parts in AWS's words.
 */
final class SignatureParts {
    static final String ALGORITHM = "X-Amz-Algorithm";

    private static final List<String> QUERY_PARTS =
            List.of(ALGORITHM, "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date");

    private SignatureParts() {}

    /** The credential of a header, whose other parts must be there. */
    static String credentialOfHeader(String authorization, RequestHead head) {
        var credential = headerPart(authorization, "Credential");
        var missing = new StringBuilder();
        if (credential.isEmpty()) {
            missing.append("Authorization header requires 'Credential' parameter. ");
        }
        if (headerPart(authorization, "Signature").isEmpty()) {
            missing.append("Authorization header requires 'Signature' parameter. ");
        }
        if (headerPart(authorization, "SignedHeaders").isEmpty()) {
            missing.append("Authorization header requires 'SignedHeaders' parameter. ");
        }
        if (head.header("X-Amz-Date") == null && head.header("Date") == null) {
            missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        if (!missing.isEmpty()) {
            throw new IncompleteSignatureException(missing + "Authorization=" + authorization);
        }
        return credential;
    }

    /** The credential of a query that has {@link #ALGORITHM}, whose other parts must be there. */
    static String credentialOfQuery(Map<String, String> query) {
        var missing = new StringBuilder();
        for (var part : QUERY_PARTS) {
            if (query.getOrDefault(part, "").isEmpty()) {
                missing.append("AWS query-string parameters must include '")
                        .append(part)
                        .append("'. ");
            }
        }
        if (!missing.isEmpty()) {
            throw new IncompleteSignatureException(missing + "Re-examine the query-string parameters.");
        }
        return query.getOrDefault("X-Amz-Credential", "");
    }

    /** The query's parameters, decoded; empty if there is no query. A repeated one counts once, by its first value. */
    static Map<String, String> queryOf(String target) {
        int start = target.indexOf('?');
        if (start < 0) {
            return Map.of();
        }
        var query = new HashMap<String, String>();
        for (var pair : target.substring(start + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            var name = equals < 0 ? pair : pair.substring(0, equals);
            query.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
        return query;
    }

    /** Drops the first word, splits the rest at commas and spaces, and returns the value of {@code name=value}. */
    private static String headerPart(String authorization, String name) {
        int at = authorization.indexOf(' ');
        while (at >= 0 && at < authorization.length()) {
            while (at < authorization.length() && isSeparator(authorization.charAt(at))) {
                at++;
            }
            int end = at;
            while (end < authorization.length() && !isSeparator(authorization.charAt(end))) {
                end++;
            }
            int valueAt = at + name.length() + 1;
            if (valueAt <= end && authorization.startsWith(name, at) && authorization.charAt(valueAt - 1) == '=') {
                return authorization.substring(valueAt, end);
            }
            at = end;
        }
        return "";
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == ',' || c == '\t';
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // A stray percent sign makes the parameter odd, not the request unreadable.
            return text;
        }
    }
}
