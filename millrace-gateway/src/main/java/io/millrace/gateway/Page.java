package io.millrace.gateway;

/** What a plain GET path such as {@code /health/live} answers. */
public record Page(int status, String contentType, String body) {}
