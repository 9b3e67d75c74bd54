package io.millrace.streams;

import io.millrace.model.InvalidArgumentException;
import java.util.regex.Pattern;

/** The forms in which a key can be named: by its id or an alias, each with or without the ARN around it. */
final class EncryptionKey {
    private static final String HEX = "[0-9a-fA-F]";
    private static final String ID =
            "(?:" + HEX + "{8}-" + HEX + "{4}-" + HEX + "{4}-" + HEX + "{4}-" + HEX + "{12}|mrk-" + HEX + "{32})";
    private static final String ALIAS = "alias/[a-zA-Z0-9/_-]{1,250}";
    private static final String ARN_START = "arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:";
    private static final Pattern FORM =
            Pattern.compile("(?:" + ID + "|" + ALIAS + "|" + ARN_START + "key/" + ID + "|" + ARN_START + ALIAS + ")");

    private EncryptionKey() {}

    /** Returns the id as it was given, for that is how descriptions show it. Whether there is such a key is not asked. */
    static String require(String keyId) {
        if (!FORM.matcher(keyId).matches()) {
            throw new InvalidArgumentException(
                    "KeyId " + keyId + " is not the id, the ARN, the alias name or the alias ARN of a key.");
        }
        return keyId;
    }
}
