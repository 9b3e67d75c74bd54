package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of an unpacked distribution, over a Java that writes down what it was asked to do. */
class LauncherTest {
    private static final String RELEASE = "JAVA_VERSION=\"25.0.3\"\n";

    @TempDir
    private Path folder;

    private Path home;
    private Path java;
    private Path caches;

    private record Run(int exit, String said) {}

    @BeforeEach
    void unpack() throws IOException {
        home = Files.createDirectories(folder.resolve("millrace home"));
        caches = folder.resolve("caches");
        java = folder.resolve("jdk");
        Files.copy(Path.of("..", "millrace"), home.resolve("millrace"));
        Files.copy(Path.of("..", ".mvn", "find-jdk.sh"), home.resolve("find-jdk.sh"));
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/one.jar"), "classes");
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), RELEASE);
        javaDoes("for a in \"$@\"; do case $a in -XX:AOTCacheOutput=*) echo cache >\"${a#*=}\" ;; esac; done");
    }

    @Test
    void theFirstStartHasNoCacheAndIsToldWhoMakesOne() throws Exception {
        var start = flagsOf("serve", "--port", "0");

        assertThat(start).noneMatch(flag -> flag.startsWith("-XX:AOT"));
        assertThat(start).contains("-Dmillrace.launcher=" + home.resolve("millrace"));
        assertThat(start).endsWith("io.millrace.server.Main", "serve", "--port", "0");
    }

    @Test
    void aStartUsesTheCacheThatWasMade() throws Exception {
        assertThat(run("prepare").exit()).isZero();

        assertThat(flagsOf("serve")).contains("-XX:AOTCache=" + onlyCache());
        assertThat(flagsOf("serve")).noneMatch(flag -> flag.startsWith("-Dmillrace.launcher"));
        assertThat(flagsOf("put", "orders")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
    }

    @Test
    void anotherJarMakesTheCacheStale() throws Exception {
        run("prepare");
        Files.writeString(home.resolve("lib/one.jar"), "other classes");

        assertThat(flagsOf("serve")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
    }

    @Test
    void anotherJavaMakesTheCacheStale() throws Exception {
        run("prepare");
        Files.writeString(java.resolve("release"), RELEASE.replace("25.0.3", "25.0.4"));

        assertThat(flagsOf("serve")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
    }

    @Test
    void aRehearsalThatFailsLeavesNoCacheAndIsNotTriedAgain() throws Exception {
        javaDoes("echo no room; exit 1");
        var prepared = run("prepare");
        assertThat(prepared.exit()).isEqualTo(1);
        assertThat(prepared.said()).contains(".failed says why");
        assertThat(files(caches))
                .singleElement()
                .satisfies(file -> assertThat(file).content().contains("no room"));

        javaDoes("");
        assertThat(flagsOf("serve"))
                .noneMatch(flag -> flag.startsWith("-XX:AOT"))
                .noneMatch(flag -> flag.startsWith("-Dmillrace.launcher"));
    }

    @Test
    void aCacheThatNoStartWorksWithIsThrownAway() throws Exception {
        javaDoes("""
                for a in "$@"; do case $a in -XX:AOTCacheOutput=*) echo cache >"${a#*=}" ;; -XX:AOTMode=on) exit 1 ;; esac; done""");

        assertThat(run("prepare").exit()).isEqualTo(1);
        assertThat(files(caches)).noneMatch(file -> file.toString().endsWith(".aot"));
    }

    @Test
    void oneProcessAtATimeMakesTheCache() throws Exception {
        run("prepare");
        var cache = onlyCache();
        Files.delete(cache);
        var lock = Path.of(cache + ".lock");
        Files.writeString(lock, Long.toString(ProcessHandle.current().pid()));

        assertThat(run("prepare").said())
                .contains("Process " + ProcessHandle.current().pid());
        assertThat(cache).doesNotExist();

        Files.writeString(lock, "999999999"); // more than any process has: its owner was killed
        assertThat(run("prepare").exit()).isZero();
        assertThat(files(caches)).containsExactly(cache);
    }

    @Test
    void theSettingsOfAServerAreNotMeantForTheRehearsal() throws Exception {
        javaDoes("env >\"" + folder.resolve("environment") + "\"");
        run("prepare");

        assertThat(folder.resolve("environment")).content().doesNotContain("MILLRACE_");
    }

    @Test
    void noCacheIsMadeForThoseWhoWantNone() throws Exception {
        assertThat(runIn("off", "prepare").exit()).isZero();
        assertThat(caches).doesNotExist();
        assertThat(runIn("off", "serve").said()).doesNotContain("millrace.launcher");
    }

    /** With the Java of this test: what the launcher adds has to be understood by it, and a broken file passed over. */
    @Test
    void aBrokenCacheDoesNotStandInTheWayOfAStart() throws Exception {
        run("prepare");
        var flags = flagsOf("serve");
        Files.writeString(onlyCache(), "no cache at all");

        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags.subList(0, flags.indexOf("-cp")));
        command.add("-version");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(command).contains("-XX:AOTCache=" + onlyCache());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private Path onlyCache() throws IOException {
        return files(caches).stream()
                .filter(file -> file.toString().endsWith(".aot"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void javaDoes(String script) throws IOException {
        var program = java.resolve("bin/java");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> flagsOf(String... arguments) throws Exception {
        var run = run(arguments);
        assertThat(run.exit()).as(run.said()).isZero();
        return run.said().lines().toList();
    }

    private Run run(String... arguments) throws Exception {
        return runIn(caches.toString(), arguments);
    }

    private Run runIn(String caches, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("sh", home.resolve("millrace").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().put("MILLRACE_JAVA_HOME", java.toString());
        builder.environment().put("MILLRACE_AOT_CACHE", caches);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said);
    }
}
