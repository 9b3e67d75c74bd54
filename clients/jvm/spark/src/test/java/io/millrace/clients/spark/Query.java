package io.millrace.clients.spark;

import io.millrace.clients.support.Ledger;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/** A query over a stream from its beginning, or from where its folder says that an earlier one ended. */
final class Query implements AutoCloseable {
    private final Ledger ledger = new Ledger();
    private final List<Row> rows = new ArrayList<>();
    private final StreamingQuery query;

    private Query(Millrace millrace, TestStream stream, Path folder, Trigger trigger) throws TimeoutException {
        VoidFunction2<Dataset<Row>, Long> process = (batch, batchId) -> process(batch.collectAsList());
        query = Spark.session()
                .readStream()
                .format("kinesis")
                .option("endpointUrl", millrace.endpoint().toString())
                .option("regionName", Millrace.REGION)
                .option("awsAccessKeyId", Millrace.ACCESS_KEY)
                .option("awsSecretKey", Millrace.SECRET_KEY)
                .option("streamName", stream.name())
                .option("startingPosition", "TRIM_HORIZON")
                // A batch ends at the tip of the stream; by itself it would also end after a second, however far it
                // came.
                .option("kinesis.executor.maxFetchTimeInMs", "60000")
                .load()
                .writeStream()
                .option("checkpointLocation", folder.toString())
                .trigger(trigger)
                .foreachBatch(process)
                .start();
    }

    /** Follows the stream, batch by batch, until it is closed. */
    static Query following(Millrace millrace, TestStream stream, Path folder) throws TimeoutException {
        return new Query(millrace, stream, folder, Trigger.ProcessingTime("500 milliseconds"));
    }

    /** Reads what the stream holds in one batch, and ends. */
    @SuppressWarnings("deprecation") // The connector does not know the newer trigger, which asks twice where to end.
    static List<Row> read(Millrace millrace, TestStream stream, Path folder)
            throws TimeoutException, StreamingQueryException {
        try (var query = new Query(millrace, stream, folder, Trigger.Once())) {
            query.query.awaitTermination();
            return query.rows();
        }
    }

    Ledger ledger() {
        return ledger;
    }

    private synchronized List<Row> rows() {
        return List.copyOf(rows);
    }

    private synchronized void process(List<Row> batch) {
        rows.addAll(batch);
        batch.forEach(row -> ledger.processed("", numberOf(row)));
    }

    static int numberOf(Row row) {
        return TestStream.numberOf(row.getAs("data"));
    }

    @Override
    public void close() throws TimeoutException {
        query.stop();
    }
}
