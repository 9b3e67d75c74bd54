package io.millrace.firehose.delivery;

/**
 * What a destination is told about the delivery stream whose records it gets.
 *
 * @param version the version of the configuration that these records are delivered with
 */
public record StreamIdentity(String account, String region, String name, String arn, String version) {}
