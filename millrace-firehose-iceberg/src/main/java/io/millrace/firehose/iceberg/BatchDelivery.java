package io.millrace.firehose.iceberg;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Attempt.Undelivered;
import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.delivery.Failure;
import io.millrace.firehose.delivery.Failure.Remedy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.iceberg.catalog.TableIdentifier;
import software.amazon.awssdk.services.firehose.model.IcebergDestinationConfiguration;

/**
 * One attempt at a batch, in passes over it: which tables there are and what they need; with updates or deletes, which record
 * has the last word on a key; then the writing, and a commit for each table. Used once, by one thread.
 */
final class BatchDelivery {
    private final Batch batch;
    private final IcebergDestinationConfiguration configuration;
    private final Warehouse warehouse;
    private final Map<TableIdentifier, TablePart> parts = new LinkedHashMap<>();
    private List<Undelivered> refused = List.of();
    private final Supplier<String> names;

    /** @param id of this attempt: another one's files have other names, as they may yet be committed */
    BatchDelivery(Batch batch, IcebergDestinationConfiguration configuration, Warehouse warehouse, UUID id) {
        this.batch = batch;
        this.configuration = configuration;
        this.warehouse = warehouse;
        var numbers = new AtomicInteger();
        names = () -> batch.id() + "-" + id + "-" + numbers.incrementAndGet();
    }

    Attempt run() throws InterruptedException {
        try {
            pass((_, record, route) -> parts.computeIfAbsent(
                            route.table(), _ -> new TablePart(route, batch, configuration, warehouse))
                    .survey(route.operation(), record.data()));
            var open = new OpenFiles();
            for (var part : parts.values()) {
                part.prepare(open, names);
            }
            if (parts.values().stream().anyMatch(TablePart::isChanging)) {
                pass((number, record, route) -> part(route).note(number, route.operation(), record.data()));
            }
            refused = pass((number, record, route) -> part(route).write(number, route.operation(), record.data()));
            for (var part : parts.values()) {
                part.commit();
            }
        } finally {
            parts.values().forEach(TablePart::abandon);
        }
        return outcome();
    }

    private TablePart part(TableRoute route) {
        return Objects.requireNonNull(parts.get(route.table()));
    }

    private interface Visit {
        void of(int number, DeliveryRecord record, TableRoute route) throws MalformedRowException, InterruptedException;
    }

    /** Goes through the batch; returns what no attempt can deliver, as far as this pass saw it. */
    private List<Undelivered> pass(Visit visit) throws InterruptedException {
        var hopeless = new ArrayList<Undelivered>();
        try (var records = batch.records()) {
            for (int number = 0; records.hasNext(); number++) {
                var record = records.next();
                try {
                    visit.of(number, record, TableRoute.of(record.table(), configuration));
                } catch (MalformedRowException e) {
                    hopeless.add(undelivered(record, new Failure(e.code(), e.reason(), Remedy.GIVE_UP)));
                }
            }
        }
        return hopeless;
    }

    private Undelivered undelivered(DeliveryRecord record, Failure failure) {
        return new Undelivered(record, failure, TableRoute.details(record, configuration));
    }

    private Attempt outcome() throws InterruptedException {
        var failures = parts.values().stream()
                .map(TablePart::state)
                .filter(TablePart.State.Failed.class::isInstance)
                .map(state -> ((TablePart.State.Failed) state).failure())
                .toList();
        if (failures.isEmpty()) {
            return refused.isEmpty() ? new Attempt.Delivered() : new Attempt.Partly(refused);
        }
        if (failures.size() == parts.size()
                && failures.stream().allMatch(failure -> failure.remedy() == Remedy.RETRY)) {
            // Nothing of it is anywhere, so there is no need to name each record.
            return new Attempt.Refused(failures.getFirst());
        }
        pass((_, record, route) -> {
            if (part(route).state() instanceof TablePart.State.Failed(var failure)) {
                refused.add(undelivered(record, failure));
            }
        });
        return new Attempt.Partly(refused);
    }
}
