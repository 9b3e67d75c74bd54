package io.millrace.model;

/**
 * Where names live: the same stream name in two accounts or two regions means two streams. Taken from the credential
 * scope of the caller.
 *
 * @param account 12 decimal digits
 * @param region for example {@code us-east-1}
 */
public record Namespace(String account, String region) {

    /** The ARN partition this region belongs to. */
    public String partition() {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    /** The ARN of a resource of this namespace, for example {@code arn:aws:kinesis:us-east-1:000000000000:stream/orders}. */
    public String arn(String service, String resource) {
        return "arn:" + partition() + ":" + service + ":" + region + ":" + account + ":" + resource;
    }
}
