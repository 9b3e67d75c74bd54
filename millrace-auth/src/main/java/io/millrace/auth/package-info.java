/**
 * Who calls, in which account and region, and whether they may.
 *
 * <p>Owns SigV4 parsing, the principal of a request and policy decisions. Does not know sockets or services.
 */
@NullMarked
package io.millrace.auth;

import org.jspecify.annotations.NullMarked;
