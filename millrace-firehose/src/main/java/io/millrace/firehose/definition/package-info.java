/**
 * What a delivery stream is: its definition with all versions that records may still be delivered by, kept in the catalog
 * and held in memory for those who deliver.
 *
 * <p>Owns the tables, the defaults, the merging of updates, and what descriptions show. Knows nothing of records.
 */
@NullMarked
package io.millrace.firehose.definition;

import org.jspecify.annotations.NullMarked;
