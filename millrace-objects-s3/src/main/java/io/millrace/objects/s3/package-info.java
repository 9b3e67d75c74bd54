/**
 * Objects in any store that speaks S3: AWS's own, MinIO, Ceph, Garage, SeaweedFS.
 *
 * <p>Owns how objects travel there in bounded memory, and what a store's errors mean. Does not know what is in an object.
 */
@NullMarked
package io.millrace.objects.s3;

import org.jspecify.annotations.NullMarked;
