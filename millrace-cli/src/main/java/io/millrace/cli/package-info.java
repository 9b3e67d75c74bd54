/**
 * The command line for people. A client like any other: it works against any Kinesis endpoint.
 *
 * <p>Owns the commands {@code streams}, {@code put}, {@code tail} and {@code version}, what they print and how they wait.
 * Does not know that Millrace has a server: the endpoint is an address, and what answers there speaks Kinesis.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
