package io.millrace.clients.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/**
 * The server under test, which somebody else has started and named in the environment.
 *
 * @param endpoint where it speaks plain HTTP
 * @param tlsEndpoint where it speaks HTTPS
 * @param certificate the certificate that it shows there, in PEM
 */
public record Millrace(URI endpoint, URI tlsEndpoint, Path certificate) {
    public static final String REGION = "us-east-1";
    public static final String ACCOUNT = "000000000000";
    public static final String ACCESS_KEY = "millrace";
    public static final String SECRET_KEY = "millrace";
    public static final String TRUST_STORE_PASSWORD = "millrace";

    public static Millrace running() {
        return new Millrace(
                URI.create(setting("MILLRACE_ENDPOINT")),
                URI.create(setting("MILLRACE_TLS_ENDPOINT")),
                Path.of(setting("MILLRACE_CA")));
    }

    private static String setting(String name) {
        var value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(name + " is not set: it says where the server under test is");
        }
        return value;
    }

    /** Writes a trust store that holds the server's certificate alone, for libraries that take one as a file. */
    public Path writeTrustStore(Path directory) {
        var file = directory.resolve("millrace-trust.p12");
        try (var pem = Files.newInputStream(certificate);
                var out = Files.newOutputStream(file)) {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "millrace", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            trusted.store(out, TRUST_STORE_PASSWORD.toCharArray());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a trust store of " + certificate, e);
        }
    }
}
