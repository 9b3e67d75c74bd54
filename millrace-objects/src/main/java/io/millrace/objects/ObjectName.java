package io.millrace.objects;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where an object is: its bucket and its key in there.
 *
 * <p>A bucket's name has 1 to 255 letters, digits, hyphens, underscores and dots, and does not begin with a dot; a store
 * that speaks S3 may take fewer. A key is any text of 1 to 1,024 bytes in UTF-8; slashes in it mean nothing but make
 * folders where there are such.
 */
public record ObjectName(String bucket, String key) {
    private static final int KEY_MAX_BYTES = 1024;
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");

    /** @throws ObjectStoreException.UnusableName if no store could have such an object */
    public ObjectName {
        requireBucket(bucket);
        int keyBytes = utf8Bytes(key);
        if (keyBytes == 0 || keyBytes > KEY_MAX_BYTES) {
            throw new ObjectStoreException.UnusableName("An object's key has 1 to " + KEY_MAX_BYTES
                    + " bytes in UTF-8; this one has " + keyBytes + ": " + key);
        }
    }

    static void requireBucket(String bucket) {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new ObjectStoreException.UnusableName("A bucket's name has 1 to 255 letters, digits, hyphens,"
                    + " underscores and dots and does not begin with a dot; this one is not like that: " + bucket);
        }
    }

    /** Whether an object can have such a key. */
    static boolean isKey(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > 0 && bytes <= KEY_MAX_BYTES;
    }

    private static int utf8Bytes(String key) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(key))
                    .remaining();
        } catch (CharacterCodingException _) {
            throw new ObjectStoreException.UnusableName(
                    "An object's key is Unicode text; this one has half a character.");
        }
    }

    @Override
    public String toString() {
        return bucket + "/" + key;
    }
}
