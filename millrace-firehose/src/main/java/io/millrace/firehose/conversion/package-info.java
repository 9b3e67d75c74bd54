/**
 * Objects of rows: JSON records as Parquet or ORC, with the schema of a table. Owns what of a table's columns is asked for when,
 * and what is said of records that do not fit. Reading JSON and writing files is {@code io.millrace.formats}'.
 */
@NullMarked
package io.millrace.firehose.conversion;

import org.jspecify.annotations.NullMarked;
