package io.millrace.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;
import software.amazon.awssdk.core.util.VersionInfo;

/**
 * Notes how the tests of each kind of client ended, for the table of clients in docs/compatibility.md: one line a kind in the
 * file that MILLRACE_MATRIX names, as {@code clients/matrix} reads it.
 */
final class SeenClients implements TestWatcher {
    @Override
    public void testSuccessful(ExtensionContext context) {
        counts(context).count(context, Outcome.PASSED);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        counts(context).count(context, Outcome.FAILED);
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        counts(context).count(context, Outcome.FAILED);
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        counts(context).count(context, Outcome.FAILED);
    }

    /** Those of the whole run: the root's store closes them at its end. */
    private static Counts counts(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SeenClients.class))
                .computeIfAbsent(Counts.class, _ -> new Counts(), Counts.class);
    }

    private enum Outcome {
        PASSED,
        FAILED
    }

    /** Any test's thread counts. */
    private static final class Counts implements AutoCloseable {
        private final Map<SdkClient, EnumMap<Outcome, Integer>> byClient = new EnumMap<>(SdkClient.class);

        synchronized void count(ExtensionContext context, Outcome outcome) {
            byClient.computeIfAbsent(SdkClient.valueOf(context.getDisplayName()), _ -> new EnumMap<>(Outcome.class))
                    .merge(outcome, 1, Integer::sum);
        }

        @Override
        public synchronized void close() {
            var file = System.getenv("MILLRACE_MATRIX");
            if (file == null) {
                return;
            }
            var lines = byClient.entrySet().stream()
                    .map(entry -> line(entry.getKey(), entry.getValue()))
                    .toList();
            try {
                Files.write(Path.of(file), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String line(SdkClient client, Map<Outcome, Integer> counts) {
            var encoding = Boolean.parseBoolean(System.getProperty("aws.cborEnabled", "true")) ? "CBOR" : "JSON";
            return String.join(
                    "\t",
                    List.of(
                            "Java SDK v2, " + client.documentedName(),
                            VersionInfo.SDK_VERSION,
                            client.carries(encoding),
                            Integer.toString(counts.getOrDefault(Outcome.PASSED, 0)),
                            Integer.toString(counts.getOrDefault(Outcome.FAILED, 0))));
        }
    }
}
