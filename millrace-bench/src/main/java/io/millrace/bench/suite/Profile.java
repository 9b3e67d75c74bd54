package io.millrace.bench.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** What a flight recording says about where processor time goes and what is allocated, in shares of the whole. */
final class Profile {
    private static final int ROWS_MAX = 15;
    private static final String OURS = "io.millrace.";

    private final Map<String, Double> cpuByThread = new HashMap<>();
    private final Map<String, Double> cpuByMethod = new HashMap<>();
    private final Map<String, Double> cpuByOurMethod = new HashMap<>();
    private final Map<String, Double> bytesByClass = new HashMap<>();
    private final Map<String, Double> bytesByOurMethod = new HashMap<>();
    private Duration collecting = Duration.ZERO;

    private Profile() {}

    /** @param begin what was before does not count: starting */
    static Profile of(Path recording, Instant begin) throws IOException {
        var profile = new Profile();
        try (var events = new RecordingFile(recording)) {
            while (events.hasMoreEvents()) {
                var event = events.readEvent();
                if (event.getStartTime().isAfter(begin)) {
                    profile.take(event);
                }
            }
        }
        return profile;
    }

    String markdown() {
        var text = new StringBuilder();
        table(text, "Processor time by thread", cpuByThread);
        table(text, "Processor time by method", cpuByMethod);
        table(text, "The same by the innermost method of Millrace on the stack", cpuByOurMethod);
        table(text, "Bytes allocated by class", bytesByClass);
        table(text, "Bytes allocated by the innermost method of Millrace on the stack", bytesByOurMethod);
        text.append("Pauses for garbage collection: ")
                .append(collecting.toMillis())
                .append(" ms in all.\n");
        return text.toString();
    }

    private void take(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.CPUTimeSample" -> {
                count(cpuByThread, thread(event.getThread("eventThread")), 1);
                count(cpuByMethod, innermost(event, ""), 1);
                count(cpuByOurMethod, innermost(event, OURS), 1);
            }
            case "jdk.ObjectAllocationSample" -> {
                double weight = event.getLong("weight");
                count(bytesByClass, event.getClass("objectClass").getName(), weight);
                count(bytesByOurMethod, innermost(event, OURS), weight);
            }
            case "jdk.GCPhasePause" -> collecting = collecting.plus(event.getDuration());
            default -> {
                // A recording holds much else.
            }
        }
    }

    /** Without its number: a pool is one thread here. */
    private static String thread(jdk.jfr.consumer.@Nullable RecordedThread thread) {
        if (thread == null || thread.getJavaName() == null) {
            return "(the virtual machine's own)";
        }
        var name = thread.getJavaName().replaceAll("[0-9]+", "N");
        return name.isEmpty() ? "(virtual threads)" : name;
    }

    private static String innermost(RecordedEvent event, String prefix) {
        var stack = event.getStackTrace();
        if (stack == null) {
            return "(no stack)";
        }
        return stack.getFrames().stream()
                .filter(frame -> frame.isJavaFrame() && frame.getMethod() != null)
                .map(Profile::method)
                .filter(method -> method.startsWith(prefix))
                .findFirst()
                .orElse("(none)");
    }

    private static String method(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private static void count(Map<String, Double> totals, String what, double amount) {
        totals.merge(what, amount, Double::sum);
    }

    private static void table(StringBuilder text, String title, Map<String, Double> totals) {
        double all = totals.values().stream().mapToDouble(Double::doubleValue).sum();
        text.append("| ").append(title).append(" | Share |\n| --- | --: |\n");
        List<Map.Entry<String, Double>> largest = totals.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(ROWS_MAX)
                .toList();
        for (var entry : largest) {
            text.append(
                    String.format(Locale.ROOT, "| `%s` | %.1f %% |%n", entry.getKey(), 100 * entry.getValue() / all));
        }
        text.append('\n');
    }
}
