/**
 * Delivery into Apache Iceberg tables: JSON records become rows of Parquet files, and the files of a batch one commit a
 * table. Owns the routing to tables, the meaning of a JSON value in a column, the growth of schemas, and the mark in a
 * snapshot that makes a replay harmless. Knows two kinds of catalogs, a folder and a REST service.
 */
@NullMarked
package io.millrace.firehose.iceberg;

import org.jspecify.annotations.NullMarked;
