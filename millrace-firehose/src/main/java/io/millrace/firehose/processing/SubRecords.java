package io.millrace.firehose.processing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How records that were put as one are told apart again. */
sealed interface SubRecords {
    /** A record with more in it is passed on whole. */
    int MAX_COUNT = 500;

    /**
     * The records inside, in order; the record itself when there is nothing to take apart.
     *
     * @throws UnprocessableException if the record isn't built as it should be
     */
    List<byte[]> of(byte[] record) throws UnprocessableException;

    /** JSON objects one after another, with or without white space between them. */
    record Json() implements SubRecords {
        @Override
        public List<byte[]> of(byte[] record) throws UnprocessableException {
            var objects = new ArrayList<byte[]>();
            int at = afterWhiteSpace(record, 0);
            while (at < record.length) {
                int end = objectEnd(record, at);
                // What is above the limit is still looked at: a malformed record is one however long it is.
                if (objects.size() <= MAX_COUNT) {
                    objects.add(Arrays.copyOfRange(record, at, end));
                }
                at = afterWhiteSpace(record, end);
            }
            return objects.isEmpty() || objects.size() > MAX_COUNT ? List.of(record) : objects;
        }

        private static int afterWhiteSpace(byte[] record, int at) {
            int next = at;
            while (next < record.length
                    && (record[next] == ' ' || record[next] == '\n' || record[next] == '\r' || record[next] == '\t')) {
                next++;
            }
            return next;
        }

        /** Where the object that begins here ends. Its braces and strings are followed; its content is not judged. */
        private static int objectEnd(byte[] record, int start) throws UnprocessableException {
            if (record[start] != '{') {
                throw new UnprocessableException("Expected a JSON object at byte " + start + " of the record.");
            }
            int depth = 0;
            boolean inString = false;
            for (int at = start; at < record.length; at++) {
                byte c = record[at];
                if (inString) {
                    if (c == '\\') {
                        at++;
                    } else if (c == '"') {
                        inString = false;
                    }
                } else if (c == '"') {
                    inString = true;
                } else if (c == '{') {
                    depth++;
                } else if (c == '}' && --depth == 0) {
                    return at + 1;
                }
            }
            throw new UnprocessableException("The JSON object at byte " + start + " of the record has no end.");
        }
    }

    /** Anything, with these bytes between. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Delimited(byte[] delimiter) implements SubRecords {
        @Override
        public List<byte[]> of(byte[] record) {
            if (delimiter.length == 0) {
                return List.of(record);
            }
            var parts = new ArrayList<byte[]>();
            int start = 0;
            for (int at = 0; at <= record.length - delimiter.length; ) {
                if (Arrays.equals(record, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                    add(record, start, at, parts);
                    at += delimiter.length;
                    start = at;
                } else {
                    at++;
                }
                if (parts.size() > MAX_COUNT) {
                    return List.of(record);
                }
            }
            add(record, start, record.length, parts);
            return parts.isEmpty() || parts.size() > MAX_COUNT ? List.of(record) : parts;
        }

        private static void add(byte[] record, int from, int to, List<byte[]> parts) {
            if (from < to) {
                parts.add(Arrays.copyOfRange(record, from, to));
            }
        }
    }
}
