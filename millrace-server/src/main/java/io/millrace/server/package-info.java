/**
 * Configuration, construction and life cycle: the one place where the rooms are built and joined.
 */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
