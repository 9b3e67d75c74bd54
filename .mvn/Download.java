import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fetches one file for ./mvnw on machines that have neither curl nor wget. */
final class Download {
    public static void main(String[] args) throws IOException {
        try (InputStream in = URI.create(args[0]).toURL().openStream()) {
            Files.copy(in, Path.of(args[1]));
        }
    }
}
