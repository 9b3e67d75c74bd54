/**
 * The way out of a delivery stream: batches, the destinations that take them, and what an attempt can come to. Owns the
 * rule that a record leaves its source's care only when a destination, or the error output, has it.
 */
@NullMarked
package io.millrace.firehose.delivery;

import org.jspecify.annotations.NullMarked;
