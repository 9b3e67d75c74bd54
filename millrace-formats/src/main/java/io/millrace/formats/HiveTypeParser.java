package io.millrace.formats;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;

/** Reads one type as Hive spells it; used for one text and then dropped. */
final class HiveTypeParser {
    private static final int DEPTH_MAX = 32;
    private static final int DEFAULT_PRECISION = 10;

    private final String column;
    private final String text;
    private int at;

    HiveTypeParser(String column, String text) {
        this.column = column;
        this.text = text;
    }

    HiveType whole() {
        var type = type(1);
        skipBlanks();
        if (at < text.length()) {
            throw unsupported("has '" + text.substring(at) + "' after its end");
        }
        return type;
    }

    private HiveType type(int depth) {
        if (depth > DEPTH_MAX) {
            throw unsupported("is nested deeper than " + DEPTH_MAX + " levels");
        }
        var word = word();
        return switch (word) {
            case "tinyint" -> new HiveType.Whole(Byte.SIZE);
            case "smallint" -> new HiveType.Whole(Short.SIZE);
            case "int", "integer" -> new HiveType.Whole(Integer.SIZE);
            case "bigint" -> new HiveType.Whole(Long.SIZE);
            case "float" -> new HiveType.Single();
            case "double" -> new HiveType.Real();
            case "decimal" -> decimal();
            case "string" -> new HiveType.Text();
            case "varchar" -> new HiveType.Varchar(length(HiveType.Varchar.LONGEST_CHARS));
            case "char" -> new HiveType.FixedChar(length(HiveType.FixedChar.LONGEST_CHARS));
            case "boolean" -> new HiveType.Bool();
            case "binary" -> new HiveType.Bytes();
            case "date" -> new HiveType.Date();
            case "timestamp" -> new HiveType.Timestamp();
            case "array" -> array(depth);
            case "map" -> map(depth);
            case "struct" -> struct(depth);
            default -> throw unsupported("has no meaning here at '" + word + "'");
        };
    }

    private HiveType decimal() {
        if (!took('(')) {
            return new HiveType.Decimal(DEFAULT_PRECISION, 0);
        }
        int precision = number(1, HiveType.Decimal.PRECISION_MAX);
        int scale = took(',') ? number(0, precision) : 0;
        expect(')');
        return new HiveType.Decimal(precision, scale);
    }

    private int length(int longest) {
        expect('(');
        int length = number(1, longest);
        expect(')');
        return length;
    }

    private HiveType array(int depth) {
        expect('<');
        var element = type(depth + 1);
        expect('>');
        return new HiveType.ListOf(element);
    }

    private HiveType map(int depth) {
        expect('<');
        var key = type(depth + 1);
        if (key instanceof HiveType.ListOf || key instanceof HiveType.MapOf || key instanceof HiveType.Struct) {
            throw unsupported("has a map whose key is not of a simple type");
        }
        expect(',');
        var value = type(depth + 1);
        expect('>');
        return new HiveType.MapOf(key, value);
    }

    private HiveType struct(int depth) {
        expect('<');
        var members = new ArrayList<TableSchema.Column>();
        var names = new HashSet<String>();
        do {
            var name = name();
            expect(':');
            members.add(new TableSchema.Column(name, type(depth + 1)));
            if (!names.add(name)) {
                throw unsupported("has a struct with two members named '" + name + "'");
            }
        } while (took(','));
        expect('>');
        return new HiveType.Struct(members);
    }

    /** A member's name; between backquotes it may hold anything, and two of them stand for one. */
    private String name() {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '`') {
            int from = at;
            while (at < text.length() && ":,<>()`".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return named(text.substring(from, at).strip());
        }
        var name = new StringBuilder();
        for (at++; at < text.length(); at++) {
            if (text.charAt(at) == '`') {
                at++;
                if (at == text.length() || text.charAt(at) != '`') {
                    return named(name.toString());
                }
            }
            name.append(text.charAt(at));
        }
        throw unsupported("has a backquote without its second");
    }

    private String named(String name) {
        if (name.isEmpty()) {
            throw unsupported("has a struct with a member without a name");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private String word() {
        skipBlanks();
        int from = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at).toLowerCase(Locale.ROOT);
    }

    private int number(int min, int max) {
        var digits = word();
        int number = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        if (number < min || number > max) {
            throw unsupported("has '" + digits + "' where a number from " + min + " to " + max + " belongs");
        }
        return number;
    }

    private boolean took(char wanted) {
        skipBlanks();
        boolean there = at < text.length() && text.charAt(at) == wanted;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char wanted) {
        if (!took(wanted)) {
            throw unsupported("lacks a '" + wanted + "' at position " + at);
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private UnsupportedTypeException unsupported(String why) {
        return new UnsupportedTypeException(
                "Column " + column + " is of type " + text + ", which can't be converted: it " + why + ".");
    }
}
