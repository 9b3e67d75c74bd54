/**
 * Large named blobs, found by bucket and key: what is delivered, kept or shipped as a file.
 *
 * <p>Owns how an object becomes visible whole and durable or not at all, and how any key becomes the name of a plain file
 * below one folder. Does not know what is in an object, or who asks for it.
 */
@NullMarked
package io.millrace.objects;

import org.jspecify.annotations.NullMarked;
