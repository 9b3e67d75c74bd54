/**
 * Firehose: delivery streams as its API shows them.
 *
 * <p>Owns what a delivery stream is: its definition, its versions, its tags, and the checks of all that clients ask.
 * Does not know how records travel or what a destination does with them.
 */
@NullMarked
package io.millrace.firehose;

import org.jspecify.annotations.NullMarked;
