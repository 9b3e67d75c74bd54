package io.millrace.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The data of a record as text, where it is text. */
final class RecordText {
    private static final char CONTROL_CHARACTER_SHOWN_AS = '\u00B7';

    private RecordText() {}

    /** The text that the bytes are in UTF-8, or nothing if they are not. */
    static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** Text that fits a cell of a table: one line of at most {@code maxChars}, and nothing that moves the cursor. */
    static String shorten(String text, int maxChars) {
        var cell = new StringBuilder(Math.min(text.length(), maxChars));
        for (int i = 0; i < text.length() && cell.length() < maxChars; i++) {
            char c = text.charAt(i);
            cell.append(Character.isISOControl(c) ? CONTROL_CHARACTER_SHOWN_AS : c);
        }
        if (text.length() > maxChars) {
            cell.setCharAt(maxChars - 1, '\u2026');
        }
        return cell.toString();
    }
}
