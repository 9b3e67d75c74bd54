/**
 * What this machine can do at best: disk, loopback socket and the few loops that every byte must pass. A figure of the
 * server means little without the ceiling it was measured under.
 */
@NullMarked
package io.millrace.bench.limits;

import org.jspecify.annotations.NullMarked;
