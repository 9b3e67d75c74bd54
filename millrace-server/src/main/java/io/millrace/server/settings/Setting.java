package io.millrace.server.settings;

import java.util.Locale;

/**
 * One thing a user may set. The key is the same everywhere: {@code server.port} in a file's {@code [server]} table,
 * {@code MILLRACE_SERVER_PORT} in the environment, {@code --server.port} as a flag.
 *
 * @param key dotted, lower case, words joined by hyphens, the unit last
 * @param fallback what applies when nobody sets it, as it would be written; empty where absence has a meaning
 * @param meaning one sentence for {@code docs/configuration.md} and {@code millrace serve --help}
 */
public record Setting(String key, String fallback, String meaning) {

    public String environmentVariable() {
        return "MILLRACE_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    public String flag() {
        return "--" + key;
    }
}
