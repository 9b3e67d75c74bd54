package io.millrace.bench.stored;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What we want to know of a reply, read off its bytes: a parser would take the cores that the server needs. */
final class Texts {
    private Texts() {}

    /** How often the word is there; it must not overlap itself. */
    static int count(byte[] text, byte[] word) {
        int found = 0;
        int at = 0;
        while (at + word.length <= text.length) {
            if (text[at] == word[0] && isAt(text, at, word)) {
                found++;
                at += word.length;
            } else {
                at++;
            }
        }
        return found;
    }

    private static boolean isAt(byte[] text, int at, byte[] word) {
        for (int i = 1; i < word.length; i++) {
            if (text[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** The value of the only text member of that name. */
    static String member(byte[] json, String name) throws IOException {
        var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"")
                .matcher(new String(json, StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IOException("a reply has no " + name);
        }
        return found.group(1);
    }
}
