/** What our own tests share: seeds, clocks that are moved by hand, disks that fail on command. */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
