/**
 * A real OpenSearch server for tests.
 *
 * <p>Owns the server's process and the class path that it is started with. Does not know what is tested with it.
 */
@NullMarked
package io.millrace.opensearch;

import org.jspecify.annotations.NullMarked;
