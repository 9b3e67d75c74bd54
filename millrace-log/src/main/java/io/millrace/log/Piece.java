package io.millrace.log;

import java.io.IOException;

/** One shard's records in one file. */
sealed interface Piece permits OpenPiece, SealedPiece {
    Store store();

    long firstOffset();

    /** The offset after its last record. */
    long nextOffset();

    /** When its last record arrived. */
    long lastArrivalMillis();

    Extents extents() throws IOException;
}
