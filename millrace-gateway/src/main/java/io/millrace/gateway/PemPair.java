package io.millrace.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A file with a certificate and one with what should be its private key. Netty and the JDK read two that are of different
 * pairs without a word, and then no handshake succeeds.
 */
record PemPair(Path certificate, Path key) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END ");
    private static final byte[] PROBE =
            "signed with one half, verified with the other".getBytes(StandardCharsets.US_ASCII);

    /**
     * Whether the key is the certificate's.
     *
     * @throws GeneralSecurityException if one of them makes no sense, or the key is not even of the certificate's kind
     */
    boolean belongsTogether() throws IOException, GeneralSecurityException {
        PublicKey open;
        try (var in = Files.newInputStream(certificate)) {
            open = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey();
        }
        var secret = KeyFactory.getInstance(open.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(keyBytes()));
        if (open instanceof RSAPublicKey openRsa && secret instanceof RSAPrivateKey secretRsa) {
            // RSA keys may be bound to a way of signing; their numbers are not.
            return openRsa.getModulus().equals(secretRsa.getModulus());
        }
        return verifies(open, secret);
    }

    private static boolean verifies(PublicKey open, PrivateKey secret) throws GeneralSecurityException {
        var algorithm = switch (open.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "DSA" -> "SHA256withDSA";
            default -> open.getAlgorithm();
        };
        var signing = Signature.getInstance(algorithm);
        signing.initSign(secret);
        signing.update(PROBE);
        var verifying = Signature.getInstance(algorithm);
        verifying.initVerify(open);
        verifying.update(PROBE);
        return verifying.verify(signing.sign());
    }

    private byte[] keyBytes() throws IOException, InvalidKeyException {
        var found = KEY.matcher(Files.readString(key, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new InvalidKeyException("There is no private key in " + key);
        }
        try {
            return Base64.getMimeDecoder().decode(found.group(1));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("The private key in " + key + " is not base64", e);
        }
    }
}
