package io.millrace.firehose.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The account that a table is in.
 *
 * @param name as tokens have it: the URL's first word, in capitals
 * @param root where the account answers, without a slash at the end
 */
record SnowflakeAccount(String name, String root) {

    /**
     * @param url of the account; its scheme and its port may be left out
     * @param elsewhere where accounts are instead, by their hosts or their names
     */
    static SnowflakeAccount of(String url, Map<String, String> elsewhere) {
        var whole = url.contains("://") ? url : "https://" + url;
        var host = whole.substring(whole.indexOf("://") + "://".length()).split("[:/]", 2)[0];
        var name = host.split("\\.", 2)[0];
        var root = Optional.ofNullable(elsewhere.get(host))
                .or(() -> Optional.ofNullable(elsewhere.get(name)))
                .orElse(whole);
        return new SnowflakeAccount(name.toUpperCase(Locale.ROOT), root.replaceFirst("/+$", ""));
    }

    /** Where rows are taken, which the account names as a host alone. */
    String ingestRoot(String host) {
        // Certificates have dashes where accounts' names have underscores.
        return root.substring(0, root.indexOf("://")) + "://" + host.strip().replace('_', '-');
    }
}
