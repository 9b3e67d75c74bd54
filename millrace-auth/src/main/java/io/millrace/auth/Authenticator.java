package io.millrace.auth;

import io.millrace.model.Caller;
import io.millrace.model.InvalidSignatureException;
import io.millrace.model.MissingAuthenticationTokenException;
import io.millrace.model.Namespace;
import io.millrace.model.Service;

/**
 * Finds out who calls. This is the open mode: whoever reaches the server is root of the account, and a signature, if
 * there is one, must only have all its parts. The credential scope names the region, and an access key id of 12 digits
 * names the account.
 */
public final class Authenticator {
    private final AuthConfig config;

    public Authenticator(AuthConfig config) {
        this.config = config;
    }

    /**
     * Returns the caller of a request to a service. The scope's own service name does not matter in open mode.
     *
     * @throws MissingAuthenticationTokenException if the request is not signed and has to be
     * @throws InvalidSignatureException if the request is signed by header and by query at once
     * @throws io.millrace.model.IncompleteSignatureException if a part of the signature is missing
     */
    public Caller authenticate(RequestHead head, Service service) {
        var scope = scopeOf(head);
        var account = scope.namesAccount() ? scope.accessKeyId() : config.accountId();
        var region = scope.region().isEmpty() ? config.defaultRegion() : scope.region();
        return new Caller(
                new Namespace(account, region),
                "arn:aws:iam::" + account + ":root",
                scope.accessKeyId(),
                head.requestId());
    }

    private CredentialScope scopeOf(RequestHead head) {
        var authorization = head.header("Authorization");
        var query = SignatureParts.queryOf(head.target());
        boolean presigned = query.containsKey(SignatureParts.ALGORITHM);
        if (authorization == null || authorization.isBlank()) {
            return presigned ? CredentialScope.parse(SignatureParts.credentialOfQuery(query)) : unsigned();
        }
        if (presigned) {
            throw new InvalidSignatureException(
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
        }
        return CredentialScope.parse(SignatureParts.credentialOfHeader(authorization, head));
    }

    private CredentialScope unsigned() {
        return switch (config.unsigned()) {
            case ACCEPT -> CredentialScope.NONE;
            case REFUSE -> throw new MissingAuthenticationTokenException("Missing Authentication Token");
        };
    }
}
