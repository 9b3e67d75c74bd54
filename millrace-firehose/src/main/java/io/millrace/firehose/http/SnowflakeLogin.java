package io.millrace.firehose.http;

import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;

/**
 * The user who delivers, and the key that shows it: <a
 * href="https://docs.snowflake.com/en/developer-guide/sql-api/authenticating">key-pair authentication</a>. Both stand in the
 * configuration, or in a secret that is asked for anew each time.
 */
final class SnowflakeLogin {
    /** Snowflake takes none that lives longer. */
    private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(59);

    private static final String PASSWORD_BASED = "PBES2";

    private final SnowflakeDestinationConfiguration configuration;
    private final Secrets secrets;

    SnowflakeLogin(SnowflakeDestinationConfiguration configuration, Secrets secrets) {
        this.configuration = configuration;
        this.secrets = secrets;
    }

    private record Credentials(
            @Nullable String user, @Nullable String key, Optional<String> passphrase) {}

    /** A token for the account that is good for an hour. */
    String token(SnowflakeAccount account, Instant now) throws MissingSecretException {
        var credentials = credentials();
        if (credentials.user() == null || credentials.key() == null) {
            throw new MissingSecretException("A user and a private key are needed for Snowflake");
        }
        try {
            return token(
                    account.name() + "." + credentials.user().toUpperCase(Locale.ROOT),
                    key(credentials.key(), credentials.passphrase()),
                    now);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException _) {
            // Whatever the words are, they may quote the key.
            throw new MissingSecretException("The private key for Snowflake is no RSA key in PKCS #8 and base64, or its"
                    + " passphrase does not open it");
        }
    }

    private Credentials credentials() throws MissingSecretException {
        var manager = configuration.secretsManagerConfiguration();
        if (manager == null || !Boolean.TRUE.equals(manager.enabled())) {
            return new Credentials(
                    configuration.user(),
                    configuration.privateKey(),
                    Optional.ofNullable(configuration.keyPassphrase()));
        }
        var arn = manager.secretARN();
        return new Credentials(secrets.member(arn, "user"), secrets.member(arn, "private_key"), passphrase(arn));
    }

    /** Not every key has one. */
    private Optional<String> passphrase(String secretArn) {
        try {
            return Optional.of(secrets.member(secretArn, "key_passphrase"));
        } catch (MissingSecretException _) {
            return Optional.empty();
        }
    }

    private static RSAPrivateCrtKey key(String text, Optional<String> passphrase)
            throws GeneralSecurityException, IOException {
        var encoded = Base64.getDecoder()
                .decode(text.replaceAll("-----[^-]*-----", "").replaceAll("\\s", ""));
        var spec = passphrase.isPresent()
                ? decrypted(new EncryptedPrivateKeyInfo(encoded), passphrase.get())
                : new PKCS8EncodedKeySpec(encoded);
        if (KeyFactory.getInstance("RSA").generatePrivate(spec) instanceof RSAPrivateCrtKey key) {
            return key;
        }
        throw new GeneralSecurityException("the key lacks what its public half is made of");
    }

    private static PKCS8EncodedKeySpec decrypted(EncryptedPrivateKeyInfo info, String passphrase)
            throws GeneralSecurityException {
        // The general name says nothing of the cipher; the parameters do.
        var algorithm = info.getAlgName().equals(PASSWORD_BASED)
                ? info.getAlgParameters().toString()
                : info.getAlgName();
        var key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(passphrase.toCharArray()));
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
        return info.getKeySpec(cipher);
    }

    private static String token(String subject, RSAPrivateCrtKey key, Instant now) throws GeneralSecurityException {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", subject + "." + fingerprint(key));
        claims.put("sub", subject);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(TOKEN_LIFETIME).getEpochSecond());
        var signed = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encoded(Json.text(claims));
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encoded(signature.sign());
    }

    /** Snowflake finds the public key by it. */
    private static String fingerprint(RSAPrivateCrtKey key) throws GeneralSecurityException {
        var publicKey = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        var digest = MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
        return "SHA256:" + Base64.getEncoder().encodeToString(digest);
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
