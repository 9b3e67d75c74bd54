package io.millrace.firehose.iceberg;

import static io.millrace.firehose.iceberg.FixedBatch.sent;
import static io.millrace.firehose.iceberg.FixedBatch.to;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.firehose.delivery.Attempt;
import io.millrace.firehose.delivery.Failure.Remedy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a delivery that is cut off, and what its replay does. */
class ReplayTest {
    private static final Schema IDS = new Schema(List.of(required(1, "id", Types.LongType.get())), Set.of(1));

    @TempDir
    Path folder;

    private StubbornCatalog catalog;
    private Lake lake;

    @BeforeEach
    void openLake() {
        catalog = new StubbornCatalog(new FolderCatalog(folder.resolve("lake/tables"), java.util.UUID::randomUUID));
        lake = new Lake(folder, catalog);
        lake.create("orders", IDS);
        lake.create("returns", IDS);
    }

    @Test
    void deliversABatchOnceHoweverOftenItIsRepeated() throws Exception {
        for (int time = 0; time < 3; time++) {
            assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}", "{\"id\":2}")))
                    .isEqualTo(new Attempt.Delivered());
        }
        lake.deliver(FixedBatch.of(2, "{\"id\":1}"));
        lake.deliver(FixedBatch.of(1, "{\"id\":1}", "{\"id\":2}"));

        assertThat(lake.rows("orders", "id")).containsExactly("1", "1", "2");
    }

    @Test
    void findsItsCommitWhenTheAnswerWasLost() throws Exception {
        catalog.afterCommit = _ -> {
            throw new CommitStateUnknownException(new IllegalStateException("no answer"));
        };
        var refused = (Attempt.Refused) lake.deliver(FixedBatch.of(1, "{\"id\":1}"));
        assertThat(refused.failure().remedy()).isEqualTo(Remedy.RETRY);
        catalog.afterCommit = _ -> {};

        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isEqualTo(new Attempt.Delivered());

        assertThat(lake.rows("orders", "id")).containsExactly("1");
        assertThat(lake.duck("orders", "id")).containsExactly("1");
    }

    @Test
    void doesNotFollowACommitOfItsOwnThatArrivesLate() throws Exception {
        var late = new AtomicInteger();
        catalog.beforeCommit = _ -> {
            if (late.getAndIncrement() == 0) {
                // The earlier attempt's, which had looked lost.
                deliverUnwatched(FixedBatch.of(1, "{\"id\":1}"));
            }
        };

        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isInstanceOf(Attempt.Refused.class);
        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isEqualTo(new Attempt.Delivered());

        assertThat(lake.rows("orders", "id")).containsExactly("1");
        assertThat(lake.parquetFiles()).hasSize(1);
    }

    private void deliverUnwatched(FixedBatch batch) {
        try {
            new Lake(folder).deliver(batch);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void deletesTheFilesOfACommitThatFailed() throws Exception {
        catalog.beforeCommit = _ -> {
            throw new ForbiddenException("not you");
        };
        var refused = (Attempt.Refused) lake.deliver(FixedBatch.of(1, "{\"id\":1}", "{\"id\":2}"));

        assertThat(refused.failure().code()).isEqualTo("Glue.AccessDenied");
        assertThat(lake.parquetFiles()).isEmpty();
        assertThat(lake.snapshots("orders")).isEmpty();

        catalog.beforeCommit = _ -> {};
        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}", "{\"id\":2}"))).isEqualTo(new Attempt.Delivered());
        assertThat(lake.rows("orders", "id")).containsExactly("1", "2");
    }

    @Test
    void leavesNoRowsBehindWhenItStopsBetweenWritingAndCommitting() throws Exception {
        catalog.beforeCommit = _ -> {
            throw new OutOfMemoryError("cut");
        };
        assertThatThrownBy(() -> lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).hasMessage("cut");
        catalog.beforeCommit = _ -> {};

        assertThat(lake.rows("orders", "id")).isEmpty();
        lake.deliver(FixedBatch.of(1, "{\"id\":1}"));
        assertThat(lake.rows("orders", "id")).containsExactly("1");
    }

    @Test
    void triesAConflictAgainAndThenGivesTheBatchBack() throws Exception {
        var conflicts = new AtomicInteger(2);
        catalog.beforeCommit = _ -> {
            if (conflicts.getAndDecrement() > 0) {
                throw new CommitFailedException("somebody was faster");
            }
        };
        assertThat(lake.deliver(FixedBatch.of(1, "{\"id\":1}"))).isEqualTo(new Attempt.Delivered());

        conflicts.set(1_000);
        var refused = (Attempt.Refused) lake.deliver(FixedBatch.of(2, "{\"id\":2}"));
        assertThat(refused.failure().code()).isEqualTo("Iceberg.CommitFailed");
        assertThat(refused.failure().remedy()).isEqualTo(Remedy.RETRY);
        assertThat(1_000 - conflicts.get()).isLessThan(10);

        conflicts.set(0);
        lake.deliver(FixedBatch.of(2, "{\"id\":2}"));
        assertThat(lake.rows("orders", "id")).containsExactly("1", "2");
        assertThat(lake.parquetFiles()).hasSize(2);
    }

    @Test
    void resumesABatchOfSeveralTablesWhereItFailed() throws Exception {
        var batch =
                FixedBatch.of(1, to("orders", "{\"id\":1}"), to("returns", "{\"id\":2}"), to("orders", "{\"id\":3}"));
        catalog.beforeCommit = table -> {
            if (table.equals("returns")) {
                throw new IllegalStateException("down");
            }
        };

        var partly = (Attempt.Partly) lake.deliver(batch, _ -> {});
        assertThat(partly.undelivered()).singleElement().satisfies(each -> {
            assertThat(each.position().offset()).isEqualTo(1);
            assertThat(each.failure().remedy()).isEqualTo(Remedy.RETRY);
        });
        // A crash now: all of the batch comes again, and nothing is remembered but what the tables say.
        lake.deliver(batch, _ -> {});
        catalog.beforeCommit = _ -> {};
        assertThat(lake.deliver(batch.only(List.of(batch.all().get(1))), _ -> {}))
                .isEqualTo(new Attempt.Delivered());
        assertThat(lake.deliver(batch, _ -> {})).isEqualTo(new Attempt.Delivered());

        assertThat(lake.rows("orders", "id")).containsExactly("1", "3");
        assertThat(lake.rows("returns", "id")).containsExactly("2");
    }

    @Test
    void repeatsChangesHarmlessly() throws Exception {
        var first = FixedBatch.of(1, sent("update", "{\"id\":1}"), sent("update", "{\"id\":2}"));
        lake.deliver(first);
        lake.deliver(FixedBatch.of(2, sent("delete", "{\"id\":1}")));
        lake.deliver(first);

        assertThat(lake.rows("orders", "id")).containsExactly("2");
    }

    @Test
    void findsTheNewestVersionWithoutItsHint() throws Exception {
        lake.deliver(FixedBatch.of(1, "{\"id\":1}"));
        lake.deliver(FixedBatch.of(2, "{\"id\":2}"));
        var hint = folder.resolve("lake/tables/shop/orders/metadata/version-hint.text");
        assertThat(hint).hasContent("3");

        Files.writeString(hint, "2");
        assertThat(lake.rows("orders", "id")).containsExactly("1", "2");
        Files.delete(hint);
        lake.deliver(FixedBatch.of(3, "{\"id\":3}"));

        assertThat(lake.rows("orders", "id")).containsExactly("1", "2", "3");
        assertThat(hint).hasContent("4");
    }
}
