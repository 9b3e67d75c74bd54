package io.millrace.firehose;

import java.time.Duration;

/** The service's limits that are not the model's. */
final class FirehoseLimits {
    static final int BATCH_MAX_BYTES = 4 * 1024 * 1024;
    static final int TAGS_MAX = 50;
    static final int LIST_DEFAULT = 10;
    static final int ENCRYPTION_CHANGES_MAX = 25;
    static final Duration ENCRYPTION_CHANGES_WINDOW = Duration.ofHours(24);

    private FirehoseLimits() {}
}
