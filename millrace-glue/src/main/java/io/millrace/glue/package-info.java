/**
 * The catalog of tables: which databases and tables there are, what columns they have and had, and their partitions.
 *
 * <p>Owns what AWS Glue's catalog operations say and keep. Does not know where a table's data is or who reads it: the
 * location and the formats of a table are the words of those who described it.
 */
@NullMarked
package io.millrace.glue;

import org.jspecify.annotations.NullMarked;
