package io.millrace.gateway;

import io.millrace.auth.RequestHead;

/** A path by which people administer the server, with any method but POST, which is AWS's. */
public interface AdminPage {
    /** Whether this request may learn that there is such a page. Called on an event loop, so it must not block. */
    boolean admits(RequestHead head);

    /**
     * Called on a virtual thread.
     *
     * @param body read as UTF-8, with a replacement character for what is not; empty if there is none
     */
    Page answer(RequestHead head, String body);
}
