/**
 * Resource policies: what the owner of a stream or a consumer lets callers of other accounts do with it.
 *
 * <p>{@link ResourcePolicy} is the door: it reads a policy document and decides. Does not know streams, where policies are
 * kept, or which operations can be granted at all.
 */
@NullMarked
package io.millrace.streams.policy;

import org.jspecify.annotations.NullMarked;
