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
     * @param extraNames host names and addresses to vouch for beside localhost and the machine's own name; those that
     *     are not ASCII are kept in the form that DNS gives them, {@code xn--…}
     */
    record SelfSigned(Path directory, List<String> extraNames) implements TlsConfig {
        /** @throws IllegalArgumentException if a name is neither an address nor one that DNS may have */
        public SelfSigned {
            extraNames.stream()
                    .filter(name -> !TlsName.isValid(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new IllegalArgumentException(
                                "tls.names has \"" + name + "\", not a host name or IP address");
                    });
            extraNames = extraNames.stream().map(TlsName::ascii).toList();
        }
    }

    /**
     * The user's own certificate.
     *
     * @param certificate PEM: the server's certificate, then any intermediate ones
     * @param key PEM: its unencrypted PKCS #8 private key
     */
    record OwnFiles(Path certificate, Path key) implements TlsConfig {}
}
