package io.millrace.clients.kcl;

/** How the library gets at the records. This release knows one way. */
enum Retrieval {
    POLLING;

    /** How many consumers an application that reads in this way registers with its stream. */
    int consumerCount() {
        return 0;
    }
}
