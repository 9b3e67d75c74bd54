package io.millrace.gateway;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our own certificate. It is a chain of two, because clients disagree on what a certificate that signs itself may be:
 * an authority that signs just once, whose key is then forgotten, and the server's certificate under it. The file with
 * both is what the server shows and what a client takes as its authorities.
 */
final class SelfSignedCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(SelfSignedCertificate.class);

    /** Apple's clients refuse server certificates that live longer than 825 days. */
    private static final Duration LIFETIME = Duration.ofDays(820);

    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "::1");

    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
    /** Clocks of clients may be behind ours. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    /** In characters; X.509 allows no more, and some clients mind. */
    private static final int COMMON_NAME_MAX = 64;

    private static final int SERIAL_BITS = 127;
    private static final int VERSION_3 = 2;
    private static final int NAME_DNS = 2;
    private static final int NAME_IP = 7;

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.objectIdentifier("1.2.840.10045.4.3.2"));
    private static final byte[] COMMON_NAME = Der.objectIdentifier("2.5.4.3");
    private static final String SUBJECT_KEY_ID = "2.5.29.14";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String AUTHORITY_KEY_ID = "2.5.29.35";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final byte[] SERVER_AUTHENTICATION = Der.objectIdentifier("1.3.6.1.5.5.7.3.1");
    private static final byte[] SIGNS_CERTIFICATES = Der.bits(2, new byte[] {0x04});
    private static final byte[] SIGNS_DATA = Der.bits(7, new byte[] {(byte) 0x80});

    private static final SecureRandom RANDOM = new SecureRandom();

    private SelfSignedCertificate() {}

    /**
     * Makes the files unless they are there, still valid for a while, and vouch for the extra names. The machine's own
     * name goes into a new certificate, but a kept one may lack it: a container or a laptop changes its name often, and
     * with a new certificate all clients would have to be given it again.
     */
    static void keep(Path certificate, Path key, List<String> extraNames, String hostName, Instant now)
            throws IOException {
        var names = new LinkedHashSet<>(LOOPBACK_NAMES);
        names.addAll(extraNames);
        var fault = fault(certificate, key, names, now);
        if (fault.isPresent()) {
            if (TlsName.isValid(hostName)) {
                names.add(TlsName.ascii(hostName));
            }
            make(certificate, key, names, hostName, now);
            LOG.info("Made a new certificate for TLS, {}, because {}", certificate, fault.get());
        }
    }

    /** Why the files can't be kept, if they can't. */
    private static Optional<String> fault(Path certificate, Path key, Set<String> names, Instant now)
            throws IOException {
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return Optional.of("there was none");
        }
        try (var in = Files.newInputStream(certificate)) {
            if (!new PemPair(certificate, key).belongsTogether()) {
                return Optional.of("the key was not that of the old one");
            }
            var kept = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            var end = kept.getNotAfter().toInstant();
            if (!end.isAfter(now.plus(RENEWED_BEFORE_END))) {
                return Optional.of("the old one was valid only until " + end);
            }
            var vouchedFor = new LinkedHashSet<String>();
            var alternativeNames = kept.getSubjectAlternativeNames();
            if (alternativeNames != null) {
                alternativeNames.forEach(name -> vouchedFor.add(canonical((String) name.get(1))));
            }
            return names.stream()
                    .filter(name -> !vouchedFor.contains(canonical(name)))
                    .findFirst()
                    .map(name -> "the old one did not vouch for " + name);
        } catch (GeneralSecurityException e) {
            return Optional.of("the old one could not be read: " + e.getMessage());
        }
    }

    private static void make(Path certificate, Path key, Set<String> names, String hostName, Instant now)
            throws IOException {
        try {
            var authority = newKeys();
            var server = newKeys();
            var authorityName = name(cut("Millrace certificate authority of " + hostName));
            var authorityCertificate = sign(
                    authority,
                    body(
                            authorityName,
                            authorityName,
                            authority.getPublic(),
                            now,
                            critical(BASIC_CONSTRAINTS, Der.sequence(Der.yes())),
                            critical(KEY_USAGE, SIGNS_CERTIFICATES),
                            extension(SUBJECT_KEY_ID, Der.octets(keyId(authority.getPublic())))));
            var serverCertificate = sign(
                    authority,
                    body(
                            authorityName,
                            name("Millrace"),
                            server.getPublic(),
                            now,
                            critical(BASIC_CONSTRAINTS, Der.sequence()),
                            critical(KEY_USAGE, SIGNS_DATA),
                            extension(EXTENDED_KEY_USAGE, Der.sequence(SERVER_AUTHENTICATION)),
                            extension(SUBJECT_ALTERNATIVE_NAME, alternativeNames(names)),
                            extension(SUBJECT_KEY_ID, Der.octets(keyId(server.getPublic()))),
                            extension(AUTHORITY_KEY_ID, Der.sequence(Der.tagged(0, keyId(authority.getPublic()))))));
            Files.createDirectories(certificate.toAbsolutePath().getParent());
            // A stop between the two leaves a pair that does not belong together: the next start makes it anew.
            write(key, pem("PRIVATE KEY", server.getPrivate().getEncoded()), "rw-------");
            write(
                    certificate,
                    pem("CERTIFICATE", serverCertificate) + pem("CERTIFICATE", authorityCertificate),
                    "rw-r--r--");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK can't make an EC certificate", e);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] body(byte[] issuer, byte[] subject, PublicKey key, Instant now, byte[]... extensions) {
        return Der.sequence(
                Der.taggedElement(0, Der.integer(BigInteger.valueOf(VERSION_3))),
                Der.integer(new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1)),
                ECDSA_WITH_SHA256,
                issuer,
                Der.sequence(
                        Der.time(now.minus(BACKDATED)),
                        Der.time(now.plus(LIFETIME).minus(BACKDATED))),
                subject,
                key.getEncoded(),
                Der.taggedElement(3, Der.sequence(extensions)));
    }

    private static byte[] sign(KeyPair authority, byte[] body) throws GeneralSecurityException {
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(authority.getPrivate());
        signature.update(body);
        return Der.sequence(body, ECDSA_WITH_SHA256, Der.bits(0, signature.sign()));
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8(commonName))));
    }

    private static byte[] extension(String id, byte[] value) {
        return Der.sequence(Der.objectIdentifier(id), Der.octets(value));
    }

    private static byte[] critical(String id, byte[] value) {
        return Der.sequence(Der.objectIdentifier(id), Der.yes(), Der.octets(value));
    }

    private static byte[] keyId(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }

    private static byte[] alternativeNames(Set<String> names) {
        var encoded = new ArrayList<byte[]>();
        for (var name : names) {
            encoded.add(
                    TlsName.isAddress(name)
                            ? Der.tagged(NAME_IP, InetAddress.ofLiteral(name).getAddress())
                            : Der.tagged(NAME_DNS, name.getBytes(StandardCharsets.US_ASCII)));
        }
        return Der.sequence(encoded.toArray(byte[][]::new));
    }

    private static String canonical(String name) {
        return TlsName.isAddress(name) ? InetAddress.ofLiteral(name).getHostAddress() : name;
    }

    private static String cut(String commonName) {
        return commonName.substring(0, Math.min(commonName.length(), COMMON_NAME_MAX));
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    private static String pem(String type, byte[] der) {
        var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    /** Written aside and renamed, so that a crash leaves no half of a file. */
    private static void write(Path file, String text, String permissions) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
        var aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, attributes);
        try (var out = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
