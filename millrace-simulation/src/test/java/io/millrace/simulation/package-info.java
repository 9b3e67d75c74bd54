/**
 * Streams, log and catalog as they are shipped, on a disk that loses power and a clock that jumps, compared with a naive
 * model. One seed decides all that happens; {@code docs/simulation.md} says how to run and read it.
 */
@NullMarked
package io.millrace.simulation;

import org.jspecify.annotations.NullMarked;
