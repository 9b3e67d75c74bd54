/**
 * A JUnit extension that starts Millrace inside a test and hands over its endpoint and clients.
 */
@NullMarked
package io.millrace.junit;

import org.jspecify.annotations.NullMarked;
