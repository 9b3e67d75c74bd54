/**
 * File operations as the log needs them, small enough that a simulation can stand in for the machine and cut its power.
 *
 * <p>Owns how bytes reach the device: direct writes, syncing, atomic renames. Does not know what is in the files.
 */
@NullMarked
package io.millrace.log.disk;

import org.jspecify.annotations.NullMarked;
