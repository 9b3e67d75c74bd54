/**
 * The Kinesis client library: an application, its workers in this process or in one that can be killed, and the same tests for
 * every release. What the releases call differently is in {@code sdk2} for those that are built on the Java SDK v2, and in the
 * modules themselves.
 */
@NullMarked
package io.millrace.clients.kcl;

import org.jspecify.annotations.NullMarked;
