package io.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * With whose keys a command signs. The SDK looks for profiles in the environment of its process, so each command is one. To a
 * server in open mode a key id of twelve digits is the account, and its refusals name it.
 */
@ExtendWith(SharedServer.class)
class ProfilesTest {
    private static final Pattern NOT_FOUND = Pattern.compile("Stream nowhere under account (\\d{12}) not found");

    @TempDir
    private Path folder;

    private Path credentials;
    private Path config;
    private Millrace millrace;

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void writeProfiles(Millrace shared) throws IOException {
        millrace = shared;
        credentials = Files.writeString(folder.resolve("credentials"), """
                [default]
                aws_access_key_id = 111111111111
                aws_secret_access_key = secret

                [orders]
                aws_access_key_id = 222222222222
                aws_secret_access_key = secret
                """);
        config = Files.writeString(folder.resolve("config"), """
                [profile billing]
                aws_access_key_id = 333333333333
                aws_secret_access_key = secret

                [profile empty]
                region = us-east-1
                """);
    }

    @Test
    void aCommandSignsWithTheProfileThatItNames() throws Exception {
        assertThat(accountOf(run(Map.of(), "--profile", "orders"))).isEqualTo("222222222222");
        assertThat(accountOf(run(Map.of("AWS_PROFILE", "orders"), "--profile", "billing")))
                .isEqualTo("333333333333");
    }

    @Test
    void otherwiseWithTheProfileOfTheEnvironmentAndNeverWithTheDefaultOne() throws Exception {
        assertThat(accountOf(run(Map.of("AWS_PROFILE", "orders")))).isEqualTo("222222222222");
        assertThat(accountOf(run(Map.of()))).isEqualTo(Kinesis.ACCOUNT);
    }

    @Test
    void aProfileThatCannotSignIsToldAndNotReplaced() throws Exception {
        var nowhere = "There is no profile nobody in " + credentials + " or " + config + ".\n";
        assertThat(run(Map.of(), "--profile", "nobody")).isEqualTo(new Result(1, "", nowhere));
        assertThat(run(Map.of("AWS_PROFILE", "nobody"))).isEqualTo(new Result(1, "", nowhere));
        assertThat(run(Map.of(), "--profile", "empty"))
                .isEqualTo(new Result(1, "", "The profile that was named has no keys.\n"));
    }

    private static String accountOf(Result asked) {
        var account = NOT_FOUND.matcher(asked.err());
        assertThat(account.find()).as(asked.err()).isTrue();
        return account.group(1);
    }

    /** Asks for the tags of a stream that nobody has. */
    private Result run(Map<String, String> environment, String... options) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.server.Main",
                "tags",
                "list",
                "nowhere"));
        command.addAll(List.of(options));
        // Into files, so that neither has to be emptied for the other to end.
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.toString(),
                        "MILLRACE_ENDPOINT", millrace.endpoint().toString(),
                        "AWS_SHARED_CREDENTIALS_FILE", credentials.toString(),
                        "AWS_CONFIG_FILE", config.toString()));
        builder.environment().putAll(environment);
        int exitCode = builder.start().waitFor();
        return new Result(exitCode, Files.readString(out), Files.readString(err));
    }
}
