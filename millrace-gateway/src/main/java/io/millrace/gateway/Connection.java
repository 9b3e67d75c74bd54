package io.millrace.gateway;

/** A client's connection in whichever stage it is. All methods are called on its event loop. */
interface Connection {
    /** Checks the connection's deadlines; called once per {@link Lane#SWEEP_INTERVAL}. */
    void sweep();

    /** What {@link #idleSweeps} says of a connection that has a request. */
    int BUSY = -1;

    /** For how many sweeps the connection has been without a request, or {@link #BUSY}. */
    int idleSweeps();

    /** Sends what was written. */
    void flush();

    /** Takes no further requests, and closes once those it has are answered. */
    void drain();

    /** Closes now. */
    void abort();
}
