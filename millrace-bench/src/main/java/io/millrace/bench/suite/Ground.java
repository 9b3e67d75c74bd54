package io.millrace.bench.suite;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where things are.
 *
 * @param home the checkout
 * @param work a folder on the disk to measure, emptied by whoever made it
 * @param cache where peers are installed, once
 * @param classPath the drivers' own
 */
record Ground(Path home, Path work, Path cache, String classPath) {
    private static final int PORT_MIN = 20_000;
    private static final int PORTS = 10_000;

    Path rows() {
        return work.resolve("rows.jsonl");
    }

    /** Millrace as it is shipped: unpacked, with its own launcher. */
    Path launcher() {
        return home.resolve("millrace-dist/target/millrace/millrace");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What the server runs with: for drivers that use one of its rooms within their own process. */
    String librariesAsShipped() {
        return home.resolve("millrace-dist/target/millrace/lib").toString() + "/*";
    }

    /** A driver in a virtual machine of its own, with a collector that takes no cores of the server's. */
    List<String> driver(String mainClass, String... arguments) {
        var command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-cp", classPath, mainClass));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /**
     * The same for one that has time to spare: compiled soon and not well, because its compiler would take the cores from what is
     * measured.
     */
    List<String> pacedDriver(String mainClass, String... arguments) {
        var command = driver(mainClass, arguments);
        command.add(1, "-XX:TieredStopAtLevel=1");
        return command;
    }

    /**
     * Free a moment ago, with the one above it. Not one that the system gives to outgoing connections: a client that knocks
     * until a server listens there would at last be given it, and take the place.
     */
    static int freePort() throws IOException {
        int first = ThreadLocalRandom.current().nextInt(PORTS);
        for (int i = 0; i < PORTS; i += 2) {
            int port = PORT_MIN + (first + i) % PORTS;
            if (isFree(port) && isFree(port + 1)) {
                return port;
            }
        }
        throw new IOException("no port is free from " + PORT_MIN + " on");
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
