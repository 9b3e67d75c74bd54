package io.millrace.clients.kcl;

/** How the library gets at the records: it asks for them, or has them pushed. */
enum Retrieval {
    POLLING,
    FAN_OUT
}
