package io.millrace.gateway;

/** A client's connection in whichever stage it is. All methods are called on its event loop. */
interface Connection {
    /** Checks the connection's deadlines; called once per {@link Lane#SWEEP_INTERVAL}. */
    void sweep();

    /** Sends what was written. */
    void flush();

    /** Takes no further requests, and closes once those it has are answered. */
    void drain();

    /** Closes now. */
    void abort();
}
