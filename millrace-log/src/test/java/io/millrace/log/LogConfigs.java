package io.millrace.log;

import java.nio.file.Path;

/** Configurations for tests. */
final class LogConfigs {
    private LogConfigs() {}

    /** So small that a test sees many segments. */
    static LogConfig small(Path directory) {
        return new LogConfig(directory, Durability.FSYNC, 64 * 1024, 256 * 1024, 256 * 1024, 64 * 1024, 1000, 64 << 20);
    }
}
