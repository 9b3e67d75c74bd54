package io.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;

/** How far the copy of a shard is behind the shard's tip. */
sealed interface ShardLag {
    /** Nothing has been read yet, or the service does not tell. */
    record Unknown() implements ShardLag {}

    /** What the last page told; all of that page is safe in the copy. */
    record Told(Duration behind) implements ShardLag {}

    /** A page is being taken, or none comes: so far behind at that time, and further with every moment. */
    record Growing(Duration behind, Instant since) implements ShardLag {}

    /** While the records of a page, at least one, are on their way. */
    static ShardLag duringPage(GetRecordsResponse page, Instant fetchedAt) {
        var millis = page.millisBehindLatest();
        return millis == null
                ? new Unknown()
                : new Growing(Duration.ofMillis(millis).plus(span(page)), fetchedAt);
    }

    static ShardLag afterPage(GetRecordsResponse page) {
        var millis = page.millisBehindLatest();
        if (millis != null) {
            return new Told(Duration.ofMillis(millis));
        }
        // An older server does not tell, but an empty page does.
        return page.records().isEmpty() ? new Told(Duration.ZERO) : new Unknown();
    }

    /** As nothing came that was to come at this time. */
    default ShardLag withoutAnswer(Instant now) {
        return switch (this) {
            case Told(var behind) -> new Growing(behind, now);
            case Growing _, Unknown _ -> this;
        };
    }

    default Optional<Duration> at(Instant now) {
        return switch (this) {
            case Unknown _ -> Optional.empty();
            case Told(var behind) -> Optional.of(behind);
            case Growing(var behind, var since) -> Optional.of(behind.plus(Duration.between(since, now)));
        };
    }

    /** From the arrival of a page's first record to that of its last. */
    private static Duration span(GetRecordsResponse page) {
        var first = page.records().getFirst().approximateArrivalTimestamp();
        var last = page.records().getLast().approximateArrivalTimestamp();
        return first == null || last == null || last.isBefore(first) ? Duration.ZERO : Duration.between(first, last);
    }
}
