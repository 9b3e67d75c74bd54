package io.millrace.server.settings;

import java.util.List;

/** The settings can't be used; says everything that is wrong with them, a line each. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
