/** Records that look like what people send: JSON that compresses, in more shapes than one. */
@NullMarked
package io.millrace.bench.requests;

import org.jspecify.annotations.NullMarked;
