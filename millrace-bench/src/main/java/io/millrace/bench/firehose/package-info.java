/**
 * How fast Firehose is: puts beside Data Streams' puts, deliveries of each format, a thousand delivery streams, and how long a
 * record takes. Measures servers of its own, as shipped, and writes a report that has the targets beside the values.
 */
@NullMarked
package io.millrace.bench.firehose;

import org.jspecify.annotations.NullMarked;
