/**
 * Delivery as objects: their names, their content, and what is written about records that could not be delivered.
 *
 * <p>Knows what S3 makes of a delivery stream's settings, and nothing of the store behind: a folder, or anything that speaks
 * S3.
 */
@NullMarked
package io.millrace.firehose.s3;

import org.jspecify.annotations.NullMarked;
