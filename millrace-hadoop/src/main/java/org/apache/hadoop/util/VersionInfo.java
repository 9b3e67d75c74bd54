package org.apache.hadoop.util;

/** ORC chooses among its adapters by this version; those for the newest are the ones that are still there. */
public final class VersionInfo {
    private VersionInfo() {}

    public static String getVersion() {
        return "3.4.3";
    }
}
