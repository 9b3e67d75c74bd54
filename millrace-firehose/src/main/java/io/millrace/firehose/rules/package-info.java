/**
 * What destinations must be like beyond the constraints of the API's model, in the order and in the words of the service.
 *
 * <p>Owns those checks and their texts. Changes nothing and keeps nothing.
 */
@NullMarked
package io.millrace.firehose.rules;

import org.jspecify.annotations.NullMarked;
