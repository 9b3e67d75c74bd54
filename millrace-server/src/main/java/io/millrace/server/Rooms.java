package io.millrace.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been opened, to be closed in the opposite order, once. */
final class Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T room) {
        open.push(room);
        return room;
    }

    /** Closes all of them; one that fails to close does not keep the others open. */
    synchronized void close() {
        while (!open.isEmpty()) {
            var room = open.pop();
            try {
                room.close();
            } catch (Exception e) { // the top of closing: AutoCloseable may throw anything
                LOG.error("{} did not close cleanly", room.getClass().getSimpleName(), e);
            }
        }
    }
}
