package io.millrace.bench.load;

/** What the driver puts in for credentials; real ones would measure our own hashing. */
enum Signature {
    /** A well-formed header with a signature that is none, for servers that look at the header's shape. */
    DUMMY,
    /** No header at all. */
    NONE
}
