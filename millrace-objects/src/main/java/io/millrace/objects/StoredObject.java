package io.millrace.objects;

import java.time.Instant;

/** An object that is there. */
public record StoredObject(ObjectName name, long bytes, Instant modifiedAt) {}
