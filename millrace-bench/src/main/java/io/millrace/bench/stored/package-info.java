/**
 * What stored records cost: whether puts and reads at the tail keep their speed while the log grows, and how long a start
 * takes over a log that was cut down with kill -9. Starts servers as a person would; knows nothing of what is inside them.
 */
@NullMarked
package io.millrace.bench.stored;

import org.jspecify.annotations.NullMarked;
