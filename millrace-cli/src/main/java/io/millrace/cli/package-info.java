/**
 * The command line for people. A client like any other: it works against any Kinesis endpoint.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
