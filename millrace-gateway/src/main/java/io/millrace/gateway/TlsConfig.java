package io.millrace.gateway;

import java.nio.file.Path;
import java.util.List;

/** Where the certificate for TLS comes from. */
public sealed interface TlsConfig {
    /**
     * A certificate of our own, made when first needed and kept in {@code cert.pem} and {@code key.pem}. Clients trust it
     * by taking {@code cert.pem} as their certificate authority.
     *
     * @param directory where the two files are; made if missing
     * @param extraNames host names and addresses to vouch for beside localhost and the machine's own name
     */
    record SelfSigned(Path directory, List<String> extraNames) implements TlsConfig {}

    /**
     * The user's own certificate.
     *
     * @param certificate PEM: the server's certificate, then any intermediate ones
     * @param key PEM: its unencrypted PKCS #8 private key
     */
    record OwnFiles(Path certificate, Path key) implements TlsConfig {}
}
