package io.millrace.functions;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A function as callers name it: {@code name}, {@code name:qualifier}, {@code account:function:name[:qualifier]}, or an
 * ARN. What a short form leaves out is absent here.
 *
 * @param qualifier a version or an alias
 */
public record FunctionName(
        Optional<String> partition,
        Optional<String> region,
        Optional<String> account,
        String name,
        Optional<String> qualifier) {
    /** Text from outside is looked at only up to here; AWS's own limit of an ARN is lower. */
    private static final int MAX_CHARS = 512;

    private static final Pattern FORMS = Pattern.compile(
            "(?:(?:arn:(?<partition>[a-z0-9-]+):lambda:(?<region>[a-z0-9-]+):)?(?<account>\\d{12}):function:)?"
                    + "(?<name>[a-zA-Z0-9_-]{1,64})(?::(?<qualifier>\\$LATEST|[a-zA-Z0-9_-]{1,128}))?");

    /** Reads any of the forms; empty where the text is none of them. */
    public static Optional<FunctionName> parse(String text) {
        if (text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        var forms = FORMS.matcher(text);
        if (!forms.matches()) {
            return Optional.empty();
        }
        return Optional.of(new FunctionName(
                Optional.ofNullable(forms.group("partition")),
                Optional.ofNullable(forms.group("region")),
                Optional.ofNullable(forms.group("account")),
                forms.group("name"),
                Optional.ofNullable(forms.group("qualifier"))));
    }

    /** The same function without saying which version of it. */
    public FunctionName unqualified() {
        return new FunctionName(partition, region, account, name, Optional.empty());
    }

    /** In the form it was given. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        if (partition.isPresent() && region.isPresent()) {
            text.append("arn:")
                    .append(partition.get())
                    .append(":lambda:")
                    .append(region.get())
                    .append(':');
        }
        account.ifPresent(account -> text.append(account).append(":function:"));
        text.append(name);
        qualifier.ifPresent(qualifier -> text.append(':').append(qualifier));
        return text.toString();
    }
}
