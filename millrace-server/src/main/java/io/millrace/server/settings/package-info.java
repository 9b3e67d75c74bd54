/**
 * Settings as people write them: one table of keys, three places to set them (file, environment, flags), and every
 * problem said at once. What the values mean is each room's own business.
 */
@NullMarked
package io.millrace.server.settings;

import org.jspecify.annotations.NullMarked;
