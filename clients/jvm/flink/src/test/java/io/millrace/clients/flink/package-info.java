/** Apache Flink's Kinesis connector: its older source, polling and by fan-out, its newer source, and its sink. */
@NullMarked
package io.millrace.clients.flink;

import org.jspecify.annotations.NullMarked;
