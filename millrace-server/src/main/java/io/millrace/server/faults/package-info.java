/**
 * Faults on request, for people who test how their applications take them: throttling, failures, slowness, batches of
 * which a part is refused.
 *
 * <p>Owns the rules, their dice and the page they are set by. Stands between the door and an operation; neither knows.
 */
@NullMarked
package io.millrace.server.faults;

import org.jspecify.annotations.NullMarked;
