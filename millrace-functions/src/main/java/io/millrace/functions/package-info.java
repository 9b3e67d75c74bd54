/**
 * Functions: calls of what a Lambda function name or ARN stands for.
 *
 * <p>Owns the forms of function names, the bindings from names to endpoints, and the bounds of a call: its size, its
 * time, its answer's size. Does not know who calls or what the payloads mean; calling again is the caller's decision.
 */
@NullMarked
package io.millrace.functions;

import org.jspecify.annotations.NullMarked;
