package io.millrace.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a caller shows who may administer the server: what the settings say or, where they say nothing, what the server made
 * at its start and left in a file that its own user alone can read. To know that is to be on the machine, which nothing in a
 * request can tell: one that a proxy passes on looks like one of the machine's own.
 *
 * <p>A made token ends with the server. Its text is in no log and in no {@code toString}.
 */
final class AdminToken {
    private static final int GIVEN_MIN_CHARS = 16;
    private static final int MADE_BYTES = 32;

    private final String text;

    private AdminToken(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if the token could be guessed */
    static Optional<AdminToken> given(Optional<String> text) {
        if (text.isPresent() && text.get().length() < GIVEN_MIN_CHARS) {
            throw new IllegalArgumentException("admin.token must have at least " + GIVEN_MIN_CHARS + " characters");
        }
        return text.map(AdminToken::new);
    }

    /**
     * The given token or, left in the file, a new one. There is no file but for a token that holds.
     *
     * @param random makes the token, so it must not be guessable
     */
    static AdminToken keep(Optional<AdminToken> given, Path file, RandomGenerator random) throws IOException {
        if (given.isPresent()) {
            Files.deleteIfExists(file);
            return given.get();
        }
        var bytes = new byte[MADE_BYTES];
        random.nextBytes(bytes);
        var made = new AdminToken(HexFormat.of().formatHex(bytes));
        made.write(file);
        return made;
    }

    /** Written aside and renamed, so that a reader finds it whole; created readable for nobody else, not made so later. */
    private void write(Path file) throws IOException {
        var aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, ownersOnly(file));
        Files.writeString(aside, text + "\n");
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] ownersOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    boolean is(String shown) {
        // Constant-time: an early exit would tell how much of a guess was right.
        return MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return text;
    }
}
