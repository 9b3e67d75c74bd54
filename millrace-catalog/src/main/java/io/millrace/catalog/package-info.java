/**
 * Small consistent facts in SQL: schema migrations, reads, and one writer whose transactions are durable when they
 * return.
 *
 * <p>Owns the database file and the schema's history. Does not know what the tables of the other rooms mean; each room
 * owns its tables and the class that queries them.
 */
@NullMarked
package io.millrace.catalog;

import org.jspecify.annotations.NullMarked;
