/**
 * Record format conversion: JSON in, Parquet or ORC out.
 *
 * <p>Owns the types of a table as its columns spell them, the two ways of reading a record's JSON into them, and the two
 * files that hold them. A record is read whole into {@link io.millrace.formats.Rows} before any of it reaches a file, so
 * that one that breaks off in the middle leaves nothing behind. Knows neither delivery streams nor catalogs nor where files go.
 *
 * <p>Parquet, ORC and Joda-Time are loaded when the first file is opened, never before.
 */
@NullMarked
package io.millrace.formats;

import org.jspecify.annotations.NullMarked;
