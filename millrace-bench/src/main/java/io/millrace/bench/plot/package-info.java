/**
 * Pictures of figures as SVG: bars and lines, on no background and in colours that can be read on white and on black.
 * Does not know what is measured.
 */
@NullMarked
package io.millrace.bench.plot;

import org.jspecify.annotations.NullMarked;
