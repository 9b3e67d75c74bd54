package io.millrace.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a soak has to say in the end: everything that was wrong, of which the first few in words, and how often things happened.
 * Anyone may add to it.
 */
final class Findings {
    private static final int TOLD_MAX = 20;

    private final List<String> told = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private long wrongCount;

    /** Something that must not be: the soak has failed. */
    synchronized void wrong(String what) {
        wrongCount++;
        if (told.size() < TOLD_MAX) {
            told.add(what);
            System.err.println("soak: WRONG: " + what);
        }
    }

    void count(String what) {
        count(what, 1);
    }

    synchronized void count(String what, long times) {
        counts.merge(what, times, Long::sum);
    }

    synchronized long counted(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** All that begin so, without that beginning. */
    synchronized Map<String, Long> countedUnder(String prefix) {
        var found = new TreeMap<String, Long>();
        counts.forEach((what, times) -> {
            if (what.startsWith(prefix)) {
                found.put(what.substring(prefix.length()), times);
            }
        });
        return found;
    }

    synchronized long wrongCount() {
        return wrongCount;
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }
}
