package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launchers in a shell that has next to nothing set. They run as copies that ask for a release of Java that does not
 * exist, so that none which this machine happens to have will do.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path PROJECT = Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."));
    private static final String SYSTEM_PATH = "/usr/bin:/bin";
    private static final String FUTURE_RELEASE = "999";
    private static final List<String> PLACES =
            List.of("MILLRACE_JAVA_HOME", "JAVA_HOME", "PATH", "/usr/lib/jvm", "/opt", "/usr/local");

    @TempDir
    private Path folder;

    private Path checkout;
    private Path distribution;

    private record Result(int exitCode, List<String> out, List<String> err) {}

    @BeforeEach
    void copyLaunchers() throws IOException {
        var asks = Files.readString(PROJECT.resolve(".mvn/find-jdk.sh"));
        var asksForMore = asks.replaceFirst("(?m)^java_release_min=\\d+$", "java_release_min=" + FUTURE_RELEASE);
        assertThat(asksForMore).isNotEqualTo(asks);

        checkout = Files.createDirectories(folder.resolve("checkout"));
        Files.copy(PROJECT.resolve("millrace"), checkout.resolve("millrace"));
        Files.copy(PROJECT.resolve("mvnw"), checkout.resolve("mvnw"));
        Files.writeString(Files.createDirectory(checkout.resolve(".mvn")).resolve("find-jdk.sh"), asksForMore);

        distribution = Files.createDirectories(folder.resolve("distribution"));
        Files.copy(PROJECT.resolve("millrace"), distribution.resolve("millrace"));
        Files.writeString(distribution.resolve("find-jdk.sh"), asksForMore);
        Files.createFile(Files.createDirectory(distribution.resolve("lib")).resolve("a.jar"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"millrace", "mvnw"})
    void aCheckoutNamesTheJdkThatIsMissingAndWhereItLooked(String launcher) throws Exception {
        var result = run(Map.of(), checkout.resolve(launcher), "version");

        assertRefused(result, "a JDK " + FUTURE_RELEASE);
    }

    @Test
    void aDistributionNamesTheJavaThatIsMissingAndWhereItLooked() throws Exception {
        var result = run(Map.of(), distribution.resolve("millrace"), "version");

        assertRefused(result, "Java " + FUTURE_RELEASE);
    }

    @Test
    void folderNamesWithSpacesDoNotHideWhatIsMissing() throws Exception {
        var moved = Files.move(checkout, folder.resolve("a check out"));

        assertRefused(run(Map.of(), moved.resolve("millrace")), "a JDK " + FUTURE_RELEASE);
    }

    @Test
    void anOldJavaIsAsGoodAsNone() throws Exception {
        var old = newJava("old", "17.0.1");
        var environment = Map.of(
                "MILLRACE_JAVA_HOME", old.toString(),
                "JAVA_HOME", old.toString(),
                "PATH", old.resolve("bin") + ":" + SYSTEM_PATH);

        assertRefused(run(environment, distribution.resolve("millrace"), "version"), "Java " + FUTURE_RELEASE);
    }

    @Test
    void aRuntimeIsNotEnoughForACheckout() throws Exception {
        var runtime = newJava("runtime", FUTURE_RELEASE);
        Files.delete(runtime.resolve("bin/javac"));

        var result = run(Map.of("MILLRACE_JAVA_HOME", runtime.toString()), checkout.resolve("millrace"), "version");

        assertRefused(result, "a JDK " + FUTURE_RELEASE);
    }

    @Test
    void startsWithTheNewJavaThatIsNamedAlthoughAnOlderIsTheDefault() throws Exception {
        var old = newJava("old", "17.0.1");
        var fresh = newJava("fresh", FUTURE_RELEASE);
        var environment = Map.of(
                "MILLRACE_JAVA_HOME", fresh.toString(),
                "JAVA_HOME", old.toString(),
                "PATH", old.resolve("bin") + ":" + SYSTEM_PATH);

        assertStarted(run(environment, distribution.resolve("millrace"), "version"), fresh);
    }

    @Test
    void startsWithTheNewJavaOnThePathAlthoughJavaHomeIsOld() throws Exception {
        var old = newJava("old", "17.0.1");
        var fresh = newJava("fresh", FUTURE_RELEASE).toRealPath();
        var environment = Map.of("JAVA_HOME", old.toString(), "PATH", fresh.resolve("bin") + ":" + SYSTEM_PATH);

        assertStarted(run(environment, distribution.resolve("millrace"), "version"), fresh);
    }

    @Test
    void mvnwSaysThatItHasNoFolderForMaven() throws Exception {
        var fresh = newJava("fresh", FUTURE_RELEASE);

        var result = run(Map.of("MILLRACE_JAVA_HOME", fresh.toString()), checkout.resolve("mvnw"), "-v");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).singleElement().asString().contains("set HOME or MAVEN_USER_HOME");
    }

    private static void assertRefused(Result result, String what) {
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .singleElement()
                .asString()
                .startsWith("Millrace needs " + what + " or newer")
                .contains(PLACES);
    }

    private static void assertStarted(Result result, Path java) {
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .singleElement()
                .asString()
                .startsWith(java.resolve("bin/java") + " ")
                .endsWith("io.millrace.server.Main version");
    }

    /** A Java of this release that only says how it was called. */
    private Path newJava(String name, String release) throws IOException {
        var home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + release + "\"\n");
        for (var program : List.of("bin/java", "bin/javac")) {
            var file = Files.writeString(home.resolve(program), "#!/bin/sh\necho \"$0 $*\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return home;
    }

    private Result run(Map<String, String> variables, Path launcher, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(arguments));
        var environment = new HashMap<>(Map.of("PATH", SYSTEM_PATH));
        environment.putAll(variables);
        // Into files, so that neither stream has to be emptied for the other to end.
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        int exitCode = builder.start().waitFor();
        return new Result(
                exitCode,
                Files.readAllLines(out, StandardCharsets.UTF_8),
                Files.readAllLines(err, StandardCharsets.UTF_8));
    }
}
