/**
 * The Kinesis client library of the Java SDK v2: an application, its workers in this process or in one that can be killed, and
 * the same tests for every release. What the releases call differently is each module's own {@code Pace}.
 */
@NullMarked
package io.millrace.clients.kcl;

import org.jspecify.annotations.NullMarked;
