package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Destination.ErrorPrefixes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Records whose lines in the error output have one prefix: the delivery stream's, or one that the destination has for them.
 *
 * @param prefix empty for the delivery stream's
 */
record ErrorGroup(Optional<String> prefix, Batch records) {

    /** @param said what a record is told with; it is asked only if there are several groups */
    static List<ErrorGroup> of(Destination destination, Batch batch, Function<DeliveryRecord, Undelivered> said) {
        return destination
                .errorPrefixes()
                .map(prefixes -> of(prefixes, batch, said))
                .orElseGet(() -> List.of(new ErrorGroup(Optional.empty(), batch)));
    }

    private static List<ErrorGroup> of(
            ErrorPrefixes prefixes, Batch batch, Function<DeliveryRecord, Undelivered> said) {
        var found = new LinkedHashSet<Optional<String>>();
        try (var records = batch.records()) {
            while (records.hasNext()) {
                found.add(prefixes.of(records.next()));
            }
        }
        if (found.size() <= 1) {
            return found.stream().map(prefix -> new ErrorGroup(prefix, batch)).toList();
        }
        var grouped = new LinkedHashMap<Optional<String>, List<Undelivered>>();
        try (var records = batch.records()) {
            while (records.hasNext()) {
                var record = records.next();
                grouped.computeIfAbsent(prefixes.of(record), _ -> new ArrayList<>())
                        .add(said.apply(record));
            }
        }
        return grouped.entrySet().stream()
                .map(group -> new ErrorGroup(group.getKey(), PartBatch.of(batch.id(), batch, group.getValue())))
                .toList();
    }

    Destination output(Route.ErrorOutput errors, String type) {
        return prefix.map(own -> errors.of(type, own)).orElseGet(() -> errors.of(type));
    }

    /** A word for the id of the group's batch, so that two of one batch have different ones. */
    String word(String stem) {
        return prefix.map(own -> stem + " " + own).orElse(stem);
    }
}
