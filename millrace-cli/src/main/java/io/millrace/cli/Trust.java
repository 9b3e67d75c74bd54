package io.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Which server certificates a command accepts. */
sealed interface Trust {
    /** Those of the authorities that the JDK knows. */
    record KnownAuthorities() implements Trust {}

    /** Those in a PEM file, or signed by one in it, and no others. */
    record CertificateFile(Path file) implements Trust {
        TrustManager[] trustManagers() {
            try (var in = Files.newInputStream(file)) {
                var store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                int index = 0;
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("certificate-" + index++, certificate);
                }
                if (index == 0) {
                    throw new CommandFailure("The file " + file + " holds no certificate.");
                }
                var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                return factory.getTrustManagers();
            } catch (IOException e) {
                throw new CommandFailure("The certificate file " + file + " cannot be read.", e);
            } catch (GeneralSecurityException e) {
                throw new CommandFailure("The file " + file + " does not hold a certificate in PEM form.", e);
            }
        }
    }

    /** Any, checked against nothing. */
    record Anyone() implements Trust {}
}
