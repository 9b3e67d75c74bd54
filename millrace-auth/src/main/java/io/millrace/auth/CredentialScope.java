package io.millrace.auth;

/**
 * What a credential says of its owner: {@code AKID/date/region/service/aws4_request}. In open mode nothing vouches for
 * it, so a part that could not come from a real client counts as absent and never reaches an ARN.
 *
 * @param accessKeyId empty if absent
 * @param region empty if absent
 */
record CredentialScope(String accessKeyId, String region) {
    private static final int REGION_MAX_CHARS = 32;
    private static final int ACCESS_KEY_ID_MAX_CHARS = 128;
    private static final int ACCOUNT_ID_CHARS = 12;

    static final CredentialScope NONE = new CredentialScope("", "");

    static CredentialScope parse(String credential) {
        int keyEnd = credential.indexOf('/');
        if (keyEnd < 0) {
            return new CredentialScope(isAccessKeyId(credential) ? credential : "", "");
        }
        var accessKeyId = credential.substring(0, keyEnd);
        var region = "";
        int dateEnd = credential.indexOf('/', keyEnd + 1);
        if (dateEnd >= 0) {
            int regionEnd = credential.indexOf('/', dateEnd + 1);
            region = credential.substring(dateEnd + 1, regionEnd < 0 ? credential.length() : regionEnd);
        }
        return new CredentialScope(isAccessKeyId(accessKeyId) ? accessKeyId : "", isRegion(region) ? region : "");
    }

    /** Whether the access key id is an account id: the convention for using several accounts without any set-up. */
    boolean namesAccount() {
        if (accessKeyId.length() != ACCOUNT_ID_CHARS) {
            return false;
        }
        for (int i = 0; i < ACCOUNT_ID_CHARS; i++) {
            if (!isDigit(accessKeyId.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Lower-case words and digits joined by single hyphens, as every region's name is. */
    static boolean isRegion(String text) {
        if (text.isEmpty() || text.length() > REGION_MAX_CHARS || !isLowerCase(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean joins = c == '-' && text.charAt(i - 1) != '-' && i < text.length() - 1;
            if (!isLowerCase(c) && !isDigit(c) && !joins) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAccessKeyId(String text) {
        if (text.length() > ACCESS_KEY_ID_MAX_CHARS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = isLowerCase(c) || isDigit(c) || (c >= 'A' && c <= 'Z') || "_-.".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLowerCase(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
