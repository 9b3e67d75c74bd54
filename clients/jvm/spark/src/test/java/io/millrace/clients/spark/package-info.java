/** Apache Spark's structured streaming, reading through Qubole's Kinesis connector. */
@NullMarked
package io.millrace.clients.spark;

import org.jspecify.annotations.NullMarked;
