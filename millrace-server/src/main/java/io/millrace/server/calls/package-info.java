/**
 * What a call is about: its stream, its shards, and how AWS would say that such calls come too often.
 *
 * <p>Owns the reading of requests for those who stand between the door and an operation. Does not know why they refuse.
 */
@NullMarked
package io.millrace.server.calls;

import org.jspecify.annotations.NullMarked;
