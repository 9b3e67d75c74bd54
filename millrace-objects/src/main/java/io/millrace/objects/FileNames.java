package io.millrace.objects;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a key is spelled as names of folders and a file, and read back from them. What stands between slashes is one name;
 * nearly every name is spelled as it is. The rest:
 *
 * <pre>
 *   ~ \ and control characters     ~ and two hex digits for each UTF-8 byte: a~b is a~7Eb
 *   . and ..                       ~2E and ~2E~2E
 *   nothing (//, or a slash at an end)   ~
 *   more than 255 bytes            cut in pieces, each a folder in the other, whose names end with ~+
 * </pre>
 *
 * <p>Thus no key leads out of its bucket's folder, and no two keys to one file, as far as the file system tells upper and
 * lower case apart.
 */
enum FileNames {
    /** Letters of all scripts are spelled as they are. */
    UNICODE,
    /** Letters beyond ASCII are escaped too: where the process's locale has no bytes for them, no file can be so named. */
    ASCII;

    private static final char ESCAPE = '~';
    private static final String EMPTY = "~";
    private static final String CONTINUES = "~+";
    private static final int NAME_MAX_BYTES = 255;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** What file names of this process can hold. */
    static FileNames ofThisProcess() {
        var encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        return windows || Charset.forName(encoding).equals(StandardCharsets.UTF_8) ? UNICODE : ASCII;
    }

    /** The names of the folders, and last of the file, of a key. */
    List<String> of(String key) {
        var names = new ArrayList<String>();
        for (var part : key.split("/", -1)) {
            addNames(part, names);
        }
        return names;
    }

    private void addNames(String part, List<String> names) {
        var name = new StringBuilder();
        int nameBytes = 0;
        for (int at = 0; at < part.length(); at = part.offsetByCodePoints(at, 1)) {
            var spelled = spelled(part.codePointAt(at));
            int spelledBytes = spelled.getBytes(StandardCharsets.UTF_8).length;
            if (nameBytes + spelledBytes + CONTINUES.length() > NAME_MAX_BYTES && !fits(part, at, nameBytes)) {
                names.add(name + CONTINUES);
                name.setLength(0);
                nameBytes = 0;
            }
            name.append(spelled);
            nameBytes += spelledBytes;
        }
        names.add(withoutMeaning(name.toString()));
    }

    /** Whether all that is left of a part fits behind what a name has already. */
    private boolean fits(String part, int from, int nameBytes) {
        int bytes = nameBytes;
        for (int at = from; at < part.length() && bytes <= NAME_MAX_BYTES; at = part.offsetByCodePoints(at, 1)) {
            bytes += spelled(part.codePointAt(at)).getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes <= NAME_MAX_BYTES;
    }

    private static String withoutMeaning(String name) {
        return switch (name) {
            case "" -> EMPTY;
            case ".", ".." -> name.replace(".", "~2E");
            default -> name;
        };
    }

    private String spelled(int codePoint) {
        var text = Character.toString(codePoint);
        boolean plain = codePoint < 0x7F
                ? codePoint >= ' ' && codePoint != ESCAPE && codePoint != '\\'
                : this == UNICODE && !Character.isISOControl(codePoint);
        if (plain) {
            return text;
        }
        var escaped = new StringBuilder();
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            escaped.append(ESCAPE).append(HEX.toHexDigits(unit));
        }
        return escaped.toString();
    }

    /** What the keys of all files in a folder begin with, given what those of its parent begin with. */
    static Optional<String> folder(String parent, String name) {
        return name.endsWith(CONTINUES)
                ? plain(name.substring(0, name.length() - CONTINUES.length())).map(parent::concat)
                : plain(name).map(part -> parent + part + "/");
    }

    /** The key of a file in a folder; empty if it is none of ours. */
    static Optional<String> file(String folder, String name) {
        return plain(name).map(folder::concat);
    }

    private static Optional<String> plain(String name) {
        if (name.equals(EMPTY)) {
            return Optional.of("");
        }
        if (name.indexOf(ESCAPE) < 0) {
            return Optional.of(name);
        }
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        var plain = new byte[bytes.length];
        int length = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] != ESCAPE) {
                plain[length++] = bytes[at];
            } else if (at + 2 < bytes.length && isHex(bytes[at + 1]) && isHex(bytes[at + 2])) {
                plain[length++] =
                        (byte) (HexFormat.fromHexDigit(bytes[at + 1]) << 4 | HexFormat.fromHexDigit(bytes[at + 2]));
                at += 2;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new String(plain, 0, length, StandardCharsets.UTF_8));
    }

    private static boolean isHex(byte digit) {
        return HexFormat.isHexDigit(digit)
                && Character.toString(digit).equals(Character.toString(digit).toUpperCase(Locale.ROOT));
    }
}
