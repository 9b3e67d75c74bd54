/**
 * How long a start takes, from the launcher's first instruction to the first reply, and what an idle server holds in
 * memory. Starts servers as a person would; knows nothing of what is inside them.
 */
@NullMarked
package io.millrace.bench.start;

import org.jspecify.annotations.NullMarked;
