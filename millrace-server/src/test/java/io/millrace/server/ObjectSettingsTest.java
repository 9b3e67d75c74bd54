package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.s3.S3Config;
import io.millrace.server.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectSettingsTest {
    private static final Path DATA = Path.of("/var/lib/millrace");

    @Test
    void keepsObjectsInTheDataDirectoryUnlessToldOtherwise() {
        assertThat(read(Map.of())).isEqualTo(new ObjectSettings.Folder(DATA.resolve("objects")));
        assertThat(read(Map.of("objects.directory", "/lake"))).isEqualTo(new ObjectSettings.Folder(Path.of("/lake")));
    }

    @Test
    void keepsThemInAStoreThatIsNamed() {
        var settings = Map.of(
                "objects.endpoint", "http://minio:9000", "objects.access-key", "me", "objects.secret-key", "my secret");

        assertThat(read(settings)).isInstanceOfSatisfying(ObjectSettings.Store.class, store -> {
            assertThat(store.config().pathStyle()).isTrue();
            assertThat(store.config().region()).isEqualTo("us-east-1");
            assertThat(store.config().keys()).isEqualTo(Optional.of(new S3Config.Keys("me", "my secret")));
            assertThat(store.toString()).doesNotContain("my secret");
        });
        assertThat(read(Map.of(
                        "objects.endpoint", "https://s3.eu-west-1.amazonaws.com", "objects.path-style", "false")))
                .isInstanceOfSatisfying(
                        ObjectSettings.Store.class,
                        store -> assertThat(store.config().keys()).isEmpty());
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        refuses(Map.of("objects.endpoint", "minio:9000"), "objects.endpoint must be a URL");
        refuses(Map.of("objects.endpoint", "http://minio", "objects.access-key", "me"), "go together");
        refuses(Map.of("objects.endpoint", "http://minio", "objects.directory", "/lake"), "exclude each other");
        refuses(Map.of("objects.access-key", "me", "objects.secret-key", "s"), "needs objects.endpoint");
    }

    private static ObjectSettings read(Map<String, String> given) {
        return ObjectSettings.read(new Settings(MillraceConfig.SETTINGS).flags(given), DATA);
    }

    private static void refuses(Map<String, String> given, String reason) {
        assertThatThrownBy(() -> read(given)).hasMessageContaining(reason);
    }
}
