package io.millrace.clients.kcl;

/** How the library gets at the records. This release knows one way. */
enum Retrieval {
    POLLING
}
