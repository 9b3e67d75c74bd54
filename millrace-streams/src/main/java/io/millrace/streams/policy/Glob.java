package io.millrace.streams.policy;

import java.util.Locale;

/** A pattern in which {@code *} stands for any characters and {@code ?} for one. */
record Glob(String pattern) {
    static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** In the time of pattern length times text length at worst: after a mismatch only the last star takes one more. */
    boolean matches(String text) {
        int at = 0;
        int inPattern = 0;
        int star = -1;
        int afterStar = 0;
        while (at < text.length()) {
            if (inPattern < pattern.length() && pattern.charAt(inPattern) == '*') {
                star = inPattern++;
                afterStar = at;
            } else if (inPattern < pattern.length() && matches(pattern.charAt(inPattern), text.charAt(at))) {
                inPattern++;
                at++;
            } else if (star >= 0) {
                inPattern = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        return pattern.substring(inPattern).chars().allMatch(rest -> rest == '*');
    }

    private static boolean matches(char inPattern, char inText) {
        return inPattern == '?' || inPattern == inText;
    }
}
