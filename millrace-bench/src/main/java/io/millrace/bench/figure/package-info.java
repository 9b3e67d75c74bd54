/**
 * What was measured, as the drivers hand it on: a line of JSON with names, numbers and one list of latencies. Reads no
 * other JSON than its own.
 */
@NullMarked
package io.millrace.bench.figure;

import org.jspecify.annotations.NullMarked;
