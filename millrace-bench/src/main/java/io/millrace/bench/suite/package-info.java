/**
 * The whole measurement: starts Millrace and the peers one after the other, has each driven by the same generator, and
 * writes what came out as a report with pictures.
 *
 * <p>Owns the processes it starts and the folder it works in. Does not measure requests itself: the drivers do, each in
 * a process of its own, and hand over figures. What fails becomes a line of the report, and the next one is measured.
 */
@NullMarked
package io.millrace.bench.suite;

import org.jspecify.annotations.NullMarked;
