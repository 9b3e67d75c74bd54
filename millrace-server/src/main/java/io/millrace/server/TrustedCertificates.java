package io.millrace.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates our own connections accept: those that Java trusts, and the authorities in a file. */
record TrustedCertificates(Optional<Path> file) {

    /** @throws UncheckedIOException if the file holds something else than certificates */
    SSLContext context() {
        try {
            return file.isPresent() ? with(file.get()) : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has TLS", e);
        }
    }

    private static SSLContext with(Path file) {
        try {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (var authority : authorities(null)) {
                trusted.setCertificateEntry("java-" + trusted.size(), authority);
            }
            try (var in = Files.newInputStream(file)) {
                var own = CertificateFactory.getInstance("X.509").generateCertificates(in);
                if (own.isEmpty()) {
                    throw new CertificateException("there is no certificate in it");
                }
                for (var certificate : own) {
                    trusted.setCertificateEntry("own-" + trusted.size(), certificate);
                }
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers(trusted).getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(
                    new IOException("firehose.certificates-file (" + file + ") is of no use", e));
        }
    }

    private static X509Certificate[] authorities(@Nullable KeyStore store) throws GeneralSecurityException {
        for (var manager : managers(store).getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManagerFactory managers(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
