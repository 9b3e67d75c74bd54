/** How long things took: owns the counting of durations and what is read off the counts. */
@NullMarked
package io.millrace.bench.latency;

import org.jspecify.annotations.NullMarked;
