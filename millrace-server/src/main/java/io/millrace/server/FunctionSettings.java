package io.millrace.server;

import io.millrace.functions.FunctionsConfig;
import io.millrace.server.settings.Settings;

/** Reads where functions are. */
final class FunctionSettings {
    private FunctionSettings() {}

    /** @throws IllegalArgumentException if an endpoint is none, or half of a key is given */
    static FunctionsConfig read(Settings settings) {
        return FunctionsConfig.of(
                settings.text("functions.endpoint"),
                settings.list("functions.endpoints"),
                settings.text("functions.access-key-id"),
                settings.text("functions.secret-access-key"),
                settings.text("account.region"));
    }
}
