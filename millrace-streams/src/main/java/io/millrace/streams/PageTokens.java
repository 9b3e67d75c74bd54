package io.millrace.streams;

import io.millrace.model.ExpiredNextTokenException;
import io.millrace.model.InvalidArgumentException;
import io.millrace.streams.token.TokenSeal;
import io.millrace.streams.token.TokenSeal.Purpose;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * NextTokens: what a listing needs to go on, sealed and in base64. The server remembers nothing. The alphabet is base64's
 * first: a token of the other could begin with a hyphen, which command lines take for an option.
 */
record PageTokens(TokenSeal seal) {
    /** Writes what a token says. */
    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** Reads what a token says. */
    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    String issue(Purpose purpose, Writing content) {
        var bytes = new ByteArrayOutputStream();
        try {
            content.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Base64.getEncoder().encodeToString(seal.seal(purpose, bytes.toByteArray()));
    }

    /** What a token says that we issued for this purpose; refuses any other. */
    <T> T redeem(Purpose purpose, String token, Reading<T> content) {
        try {
            var body = seal.open(purpose, Base64.getDecoder().decode(token)).orElseThrow(PageTokens::invalid);
            return content.from(new DataInputStream(new ByteArrayInputStream(body)));
        } catch (IllegalArgumentException _) {
            throw invalid();
        } catch (IOException e) {
            throw new UncheckedIOException("we sealed a token that we can't read", e);
        }
    }

    /** Refuses a token that is too old; for the listings whose tokens are not for ever. */
    static void requireUnexpired(long issuedAtMillis, long nowMillis) {
        if (nowMillis - issuedAtMillis > StreamLimits.PAGE_TOKEN_LIFETIME.toMillis()) {
            throw new ExpiredNextTokenException("The NextToken has expired: it was issued more than "
                    + StreamLimits.PAGE_TOKEN_LIFETIME.toSeconds() + " seconds ago.");
        }
    }

    static InvalidArgumentException invalid() {
        return new InvalidArgumentException("Invalid NextToken.");
    }
}
