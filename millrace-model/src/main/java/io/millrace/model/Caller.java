package io.millrace.model;

/**
 * Who makes a request, as far as the services care.
 *
 * @param namespace the account and region the request is for
 * @param principalArn the caller's ARN, for example {@code arn:aws:iam::000000000000:root}
 * @param accessKeyId the key the request was signed with, or an empty string for an unsigned one
 * @param requestId the id this request is known by in replies and logs
 */
public record Caller(Namespace namespace, String principalArn, String accessKeyId, String requestId) {}
