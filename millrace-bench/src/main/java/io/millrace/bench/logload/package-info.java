/**
 * How fast the log is by itself: appends from within one process, on a real disk with fdatasync, while old records are
 * given up and files are recycled and regrouped. Knows nothing of the wire.
 */
@NullMarked
package io.millrace.bench.logload;

import org.jspecify.annotations.NullMarked;
