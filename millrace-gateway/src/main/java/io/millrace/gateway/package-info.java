/**
 * The front door: sockets, TLS, HTTP/1.1 and HTTP/2, and the way from a request to its operation and back.
 *
 * <p>Netty lives here and nowhere else. Owns routing, body limits, error bodies and the request log. Does not know what
 * an operation does.
 */
@NullMarked
package io.millrace.gateway;

import org.jspecify.annotations.NullMarked;
