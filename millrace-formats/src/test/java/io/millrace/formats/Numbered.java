package io.millrace.formats;

import java.util.List;
import java.util.stream.IntStream;

/** Many records of a number and a word. */
final class Numbered {
    private static final int WORDS = 97;

    private Numbered() {}

    static List<String> records(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "{\"id\":" + number + ",\"word\":\"word " + number % WORDS + "\"}")
                .toList();
    }

    static List<List<Object>> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> List.<Object>of((long) number, "word " + number % WORDS))
                .toList();
    }
}
