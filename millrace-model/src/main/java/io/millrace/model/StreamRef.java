package io.millrace.model;

import org.jspecify.annotations.Nullable;

/** A stream as a request names it: by name, by ARN, or both (KCL, KPL and Flink send both); one is always there. */
public record StreamRef(@Nullable String name, @Nullable String arn) {}
