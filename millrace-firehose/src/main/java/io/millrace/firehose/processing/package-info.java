/**
 * What happens to records between source and destination: decompression, extraction, de-aggregation, transformation by a
 * function, partition keys, delimiters. Knows neither where records come from nor where they go.
 */
@NullMarked
package io.millrace.firehose.processing;

import org.jspecify.annotations.NullMarked;
