package io.millrace.cli;

/** Who wants to know how sending goes. Told by many threads. */
interface SendReport {
    void accepted(int records, long bytes);

    /** Records that the service refused for the moment. */
    void retrying(int records, String reason);

    /** Records that will not be sent, as the run failed before their turn. */
    void gaveUp(int records);
}
