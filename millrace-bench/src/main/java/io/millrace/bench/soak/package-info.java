/**
 * A soak: mixed load on a server that is killed and started again all the time, and a check of every record on its way.
 *
 * <p>Starts the server as a person would and knows nothing of what is inside it. Stands on the JDK alone. What was
 * verified is forgotten, so that a soak can last as long as one likes.
 */
@NullMarked
package io.millrace.bench.soak;

import org.jspecify.annotations.NullMarked;
