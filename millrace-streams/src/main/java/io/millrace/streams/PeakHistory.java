package io.millrace.streams;

import java.util.Map;
import java.util.TreeMap;

/** A stream's peaks by day, of the last 30. */
final class PeakHistory {
    private final TreeMap<Long, Throughput> byDay;

    PeakHistory(Map<Long, Throughput> byDay) {
        this.byDay = new TreeMap<>(byDay);
    }

    /** Notes a load. */
    void raise(long epochDay, Throughput load) {
        byDay.merge(epochDay, load, Throughput::max);
        byDay.headMap(oldest(epochDay)).clear();
    }

    Throughput of(long epochDay) {
        return byDay.getOrDefault(epochDay, Throughput.NONE);
    }

    /** The most there was on that day or the 30 before it. */
    Throughput highestUntil(long epochDay) {
        return byDay.tailMap(oldest(epochDay)).values().stream().reduce(Throughput.NONE, Throughput::max);
    }

    /** The first day that is of interest on another. */
    static long oldest(long epochDay) {
        return epochDay - OnDemandScaling.PEAK_DAYS;
    }
}
