/** What was measured on, in a line for a report. */
@NullMarked
package io.millrace.bench.machine;

import org.jspecify.annotations.NullMarked;
