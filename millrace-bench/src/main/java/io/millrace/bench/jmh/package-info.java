/**
 * The hot loops, each alone: what a batch costs in each room on its way. One thread; sizes as in the load driver's
 * scenarios.
 */
@NullMarked
package io.millrace.bench.jmh;

import org.jspecify.annotations.NullMarked;
