/** The command lines of this module's programs. */
@NullMarked
package io.millrace.bench.arguments;

import org.jspecify.annotations.NullMarked;
