package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    private static final String GIVEN = "a-token-of-some-length";

    private final SplittableRandom random = new SplittableRandom(1);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("admin-token");
    }

    @Test
    void isMadeForItsOwnersEyesOnly() throws IOException {
        var token = keep(Optional.empty());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).isEqualTo(token.text() + "\n");
        assertThat(token.text()).hasSize(64);
        assertThat(token.is(token.text())).isTrue();
        assertThat(token.is(token.text().substring(1))).isFalse();
        assertThat(token.is("")).isFalse();
        assertThat(token).doesNotHaveToString(token.text());
    }

    @Test
    void isAnotherAtEachStartEvenWhereAFileWasLeftOpenToAll() throws IOException {
        var first = keep(Optional.empty());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.writeString(file.resolveSibling("admin-token.new"), "half of on");

        var second = keep(Optional.empty());

        assertThat(second.is(first.text())).isFalse();
        assertThat(Files.readString(file).strip()).isEqualTo(second.text());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void leavesNoFileWhereOneWasGiven() throws IOException {
        keep(Optional.empty());

        var token = keep(AdminToken.given(Optional.of(GIVEN)));

        assertThat(token.is(GIVEN)).isTrue();
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesOneThatCouldBeGuessed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdminToken.given(Optional.of("fifteen-letters")))
                .withMessage("admin.token must have at least 16 characters");
    }

    private AdminToken keep(Optional<AdminToken> given) throws IOException {
        return AdminToken.keep(given, file, random);
    }
}
