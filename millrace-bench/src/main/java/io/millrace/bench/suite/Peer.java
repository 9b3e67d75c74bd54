package io.millrace.bench.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Other implementations of the same API, each from its own registry and at one version. */
enum Peer implements Contender {
    FERROKINESIS("ferrokinesis (memory)", "0.7.0", "in memory", "cargo", true) {
        @Override
        List<String> installation(Path into) {
            return cargo(into, version());
        }

        @Override
        public Launch launch(Ground ground, int port, Path data) {
            return ferrokinesis(folder(ground), port);
        }
    },
    FERROKINESIS_DURABLE("ferrokinesis (fsync)", "0.7.0", "after fsync (`--state-dir`)", "cargo", true) {
        @Override
        List<String> installation(Path into) {
            return cargo(into, version());
        }

        @Override
        Path folder(Ground ground) {
            return FERROKINESIS.folder(ground);
        }

        @Override
        public Launch launch(Ground ground, int port, Path data) {
            return ferrokinesis(folder(ground), port, "--state-dir", data.toString());
        }
    },
    KINESIS_MOCK("kinesis-mock (memory)", "0.6.2", "in memory", "npm", true) {
        @Override
        List<String> installation(Path into) {
            return npm(into, "kinesis-local@" + version());
        }

        @Override
        public Launch launch(Ground ground, int port, Path data) {
            var at = folder(ground).resolve("node_modules/kinesis-local");
            return new Launch(
                    List.of("node", at.resolve("main.js").toString()),
                    Map.of(
                            "KINESIS_MOCK_PLAIN_PORT", Integer.toString(port),
                            "KINESIS_MOCK_TLS_PORT", Integer.toString(port + 1),
                            "KINESIS_MOCK_CERT_PATH", at.resolve("server.json").toString(),
                            "SHARD_LIMIT", "100",
                            "CREATE_STREAM_DURATION", "50ms",
                            "DELETE_STREAM_DURATION", "50ms",
                            "REGISTER_STREAM_CONSUMER_DURATION", "50ms",
                            "LOG_LEVEL", "ERROR"));
        }
    },
    KINESALITE("kinesalite (memory)", "3.3.3", "in memory", "npm", false) {
        @Override
        List<String> installation(Path into) {
            return npm(into, "kinesalite@" + version());
        }

        @Override
        public Launch launch(Ground ground, int port, Path data) {
            return new Launch(
                    List.of(
                            "node",
                            folder(ground)
                                    .resolve("node_modules/kinesalite/cli.js")
                                    .toString(),
                            "--port",
                            Integer.toString(port),
                            "--createStreamMs",
                            "50",
                            "--deleteStreamMs",
                            "50",
                            "--shardLimit",
                            "100"),
                    Map.of());
        }
    },
    MOTO("moto (memory)", "5.2.5", "in memory", "python3", false) {
        @Override
        List<String> installation(Path into) {
            return List.of(
                    "sh",
                    "-c",
                    "python3 -m venv '" + into + "' && '" + into + "/bin/pip' install -q 'moto[server]==" + version()
                            + "'");
        }

        @Override
        public Launch launch(Ground ground, int port, Path data) {
            return new Launch(
                    List.of(
                            folder(ground).resolve("bin/moto_server").toString(),
                            "-H",
                            "127.0.0.1",
                            "-p",
                            Integer.toString(port)),
                    Map.of());
        }
    };

    private static final Duration INSTALL_MAX = Duration.ofMinutes(20);

    private final String label;
    private final String version;
    private final String durability;
    private final String tool;
    private final boolean pushes;

    Peer(String label, String version, String durability, String tool, boolean pushes) {
        this.label = label;
        this.version = version;
        this.durability = durability;
        this.tool = tool;
        this.pushes = pushes;
    }

    /** The command that puts it there. */
    abstract List<String> installation(Path into);

    /** As the command line names it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String version() {
        return version;
    }

    Path folder(Ground ground) {
        return ground.cache().resolve(word() + "-" + version);
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String durability() {
        return durability;
    }

    @Override
    public Optional<String> missing() {
        return Tools.has(tool) ? Optional.empty() : Optional.of(tool + " is not on the path");
    }

    /** A marker is left when all went well: half an installation does not count. */
    @Override
    public void install(Ground ground) throws IOException, InterruptedException {
        var into = folder(ground);
        var marker = ground.cache().resolve(into.getFileName() + ".installed");
        if (!Files.exists(marker)) {
            Files.createDirectories(into);
            Child.run(ground, installation(into), INSTALL_MAX);
            Files.writeString(marker, "");
        }
    }

    @Override
    public boolean pushes() {
        return pushes;
    }

    private static List<String> npm(Path into, String what) {
        return List.of(
                "npm", "install", "--silent", "--no-save", "--no-package-lock", "--prefix", into.toString(), what);
    }

    private static List<String> cargo(Path into, String version) {
        return List.of(
                "cargo",
                "install",
                "--quiet",
                "--locked",
                "ferrokinesis",
                "--version",
                version,
                "--root",
                into.toString());
    }

    private static Launch ferrokinesis(Path folder, int port, String... more) {
        var command = new ArrayList<>(List.of(
                folder.resolve("bin/ferrokinesis").toString(),
                "--port",
                Integer.toString(port),
                "--create-stream-ms",
                "50",
                "--delete-stream-ms",
                "50",
                "--shard-limit",
                "100",
                "--access-log=false",
                "--log-level",
                "error"));
        command.addAll(Arrays.asList(more));
        return new Launch(command, Map.of());
    }
}
