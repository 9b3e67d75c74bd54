/** A server that does nothing: what the load driver reaches against it is the driver's own limit. */
@NullMarked
package io.millrace.bench.sink;

import org.jspecify.annotations.NullMarked;
