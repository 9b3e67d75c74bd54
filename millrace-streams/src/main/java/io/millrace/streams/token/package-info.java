/**
 * Seals the opaque tokens that clients carry between calls, so that nobody else can make one or change it.
 *
 * <p>Does not know what the tokens say.
 */
@NullMarked
package io.millrace.streams.token;

import org.jspecify.annotations.NullMarked;
