package io.millrace.clients.kcl;

/** How the library gets at the records: it asks for them, or has them pushed. */
enum Retrieval {
    POLLING(0),
    FAN_OUT(1);

    private final int consumerCount;

    Retrieval(int consumerCount) {
        this.consumerCount = consumerCount;
    }

    /** How many consumers an application that reads in this way registers with its stream. */
    int consumerCount() {
        return consumerCount;
    }
}
