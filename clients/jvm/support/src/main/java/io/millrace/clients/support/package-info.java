/**
 * What the tests of all libraries need: the server under test, streams that are gone when their test is over, records that
 * say who they are, and a ledger of those that came out at the other end.
 *
 * <p>Speaks to the server with the Java SDK v2 over its plainest HTTP client. Does not know which library is being tested.
 */
@NullMarked
package io.millrace.clients.support;

import org.jspecify.annotations.NullMarked;
