/** What our own tests share: seeds, and clocks that are moved by hand. */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
