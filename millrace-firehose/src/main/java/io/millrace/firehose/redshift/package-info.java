/**
 * Delivery into tables of Redshift and PostgreSQL: batches are staged as objects with a manifest, then copied into the table
 * in one transaction. Owns the reading of COPY options, the ledger that makes a replay harmless on PostgreSQL, and the
 * codes of what databases refuse.
 */
@NullMarked
package io.millrace.firehose.redshift;

import org.jspecify.annotations.NullMarked;
