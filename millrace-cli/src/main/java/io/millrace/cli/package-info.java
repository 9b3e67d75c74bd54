/**
 * The command line for people. A client like any other: it works against any Kinesis endpoint.
 *
 * <p>Owns all commands but {@code serve}: what they print, how they wait, and what {@code mirror}, {@code export} and
 * {@code import} keep in files. Does not know that Millrace has a server: the endpoint is an address, and what answers
 * there speaks Kinesis.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
