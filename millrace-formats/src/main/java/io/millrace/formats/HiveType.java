package io.millrace.formats;

import java.util.List;
import java.util.stream.Collectors;

/** The type of a column or of a part of one. Prints itself as a catalog would spell it. */
public sealed interface HiveType {
    /** tinyint, smallint, int, bigint. */
    record Whole(int bits) implements HiveType {
        long min() {
            return -1L << (bits - 1);
        }

        long max() {
            return ~min();
        }

        @Override
        public String toString() {
            return switch (bits) {
                case Byte.SIZE -> "tinyint";
                case Short.SIZE -> "smallint";
                case Integer.SIZE -> "int";
                default -> "bigint";
            };
        }
    }

    /** A float. */
    record Single() implements HiveType {
        @Override
        public String toString() {
            return "float";
        }
    }

    /** A double. */
    record Real() implements HiveType {
        @Override
        public String toString() {
            return "double";
        }
    }

    /** A decimal of up to 38 digits, {@code scale} of them behind the point. */
    record Decimal(int precision, int scale) implements HiveType {
        static final int PRECISION_MAX = 38;
        private static final int LONG_DIGITS = 18;

        /** Whether each of its values, without the point, is a long. */
        boolean fitsLong() {
            return precision <= LONG_DIGITS;
        }

        @Override
        public String toString() {
            return "decimal(" + precision + "," + scale + ")";
        }
    }

    /** A string of any length. */
    record Text() implements HiveType {
        @Override
        public String toString() {
            return "string";
        }
    }

    /** A string cut off after so many characters. */
    record Varchar(int maxChars) implements HiveType {
        static final int LONGEST_CHARS = 65_535;

        @Override
        public String toString() {
            return "varchar(" + maxChars + ")";
        }
    }

    /** A string cut off after so many characters, whose blanks at the end mean nothing. */
    record FixedChar(int chars) implements HiveType {
        static final int LONGEST_CHARS = 255;

        @Override
        public String toString() {
            return "char(" + chars + ")";
        }
    }

    /** True or false. */
    record Bool() implements HiveType {
        @Override
        public String toString() {
            return "boolean";
        }
    }

    /** Bytes. */
    record Bytes() implements HiveType {
        @Override
        public String toString() {
            return "binary";
        }
    }

    /** A day of the proleptic Gregorian calendar. */
    record Date() implements HiveType {
        @Override
        public String toString() {
            return "date";
        }
    }

    /** An instant, to the nanosecond. */
    record Timestamp() implements HiveType {
        @Override
        public String toString() {
            return "timestamp";
        }
    }

    /** Any number of elements of one type. */
    record ListOf(HiveType element) implements HiveType {
        @Override
        public String toString() {
            return "array<" + element + ">";
        }
    }

    /** Values under keys of a simple type. */
    record MapOf(HiveType key, HiveType value) implements HiveType {
        @Override
        public String toString() {
            return "map<" + key + "," + value + ">";
        }
    }

    /** Members, each with its name. */
    record Struct(List<TableSchema.Column> members) implements HiveType {
        public Struct {
            members = List.copyOf(members);
        }

        @Override
        public String toString() {
            return members.stream()
                    .map(member -> member.name() + ":" + member.type())
                    .collect(Collectors.joining(",", "struct<", ">"));
        }
    }
}
