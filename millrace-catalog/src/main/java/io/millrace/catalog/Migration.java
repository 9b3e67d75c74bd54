package io.millrace.catalog;

/**
 * One numbered step of a room's schema. Applied once, in order, and never changed after it was released.
 *
 * @param room whose tables it makes, for example {@code streams}
 * @param number 1 for the room's first, without gaps
 * @param sql one or more statements, separated by semicolons at line ends
 */
public record Migration(String room, int number, String sql) {}
