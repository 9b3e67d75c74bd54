/**
 * The loops that carry records from their source through processing to their destination: buffering, retries, the error
 * output, backups, and the checkpoints by which a restart goes on where the last run left off.
 *
 * <p>Owns the rule that a record leaves its source's care only when a destination, or the error output, has it. Does not
 * know how processing is done or what a destination does with a batch.
 */
@NullMarked
package io.millrace.firehose.engine;

import org.jspecify.annotations.NullMarked;
