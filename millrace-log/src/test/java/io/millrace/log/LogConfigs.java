package io.millrace.log;

import java.nio.file.Path;

/** Configurations for tests. */
final class LogConfigs {
    private LogConfigs() {}

    /** So small that a test sees many segments. */
    static LogConfig small(Path directory) {
        return small(directory, Durability.FSYNC);
    }

    /** The same where the operating system is trusted to keep what it was given. */
    static LogConfig smallUnsynced(Path directory) {
        return small(directory, Durability.OS);
    }

    private static LogConfig small(Path directory, Durability durability) {
        return new LogConfig(directory, durability, 64 * 1024, 256 * 1024, 256 * 1024, 64 * 1024, 1000, 64 << 20);
    }
}
