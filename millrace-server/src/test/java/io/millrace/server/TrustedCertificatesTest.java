package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedCertificatesTest {
    @TempDir
    Path folder;

    @Test
    void nameTheFileThatIsOfNoUse() throws IOException {
        var file = Files.writeString(folder.resolve("authorities.pem"), "no certificates");

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> new TrustedCertificates(Optional.of(file)).context())
                .havingCause()
                .withMessage("firehose.certificates-file (" + file + ") is of no use");
    }

    @Test
    void areJavasWithoutAFile() {
        assertThatNoException().isThrownBy(() -> new TrustedCertificates(Optional.empty()).context());
    }
}
