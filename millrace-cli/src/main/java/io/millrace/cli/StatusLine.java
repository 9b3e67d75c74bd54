package io.millrace.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What is said to the person beside the results: sentences that stay, and on a terminal one line below them that changes.
 * Safe for use from several threads.
 */
final class StatusLine {
    private static final String BACK_TO_START = "\r\033[K";

    private final OutputStream err;
    private final boolean onTerminal;
    private String shown = "";

    StatusLine(OutputStream err, boolean onTerminal) {
        this.err = err;
        this.onTerminal = onTerminal;
    }

    synchronized void show(String text) {
        if (onTerminal && !text.equals(shown)) {
            write(BACK_TO_START + text);
            shown = text;
        }
    }

    synchronized void say(String sentence) {
        var lineBelow = shown;
        write((lineBelow.isEmpty() ? "" : BACK_TO_START) + sentence + "\n" + lineBelow);
    }

    synchronized void clear() {
        if (!shown.isEmpty()) {
            write(BACK_TO_START);
            shown = "";
        }
    }

    private void write(String text) {
        try {
            err.write(text.getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
