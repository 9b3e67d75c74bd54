package io.millrace.firehose.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.firehose.delivery.StreamIdentity;
import io.millrace.firehose.delivery.TestBatch;
import io.millrace.firehose.s3.ObjectFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.SchemaConfiguration;

@Timeout(60)
class RecordConversionsTest {
    private static final int HANGING = 20;

    @TempDir
    private Path folder;

    private ObjectFormat format() {
        var conversions = new RecordConversions(new OneColumn(), 4 << 20, folder.resolve("scratch"));
        return conversions.open(DataFormatConversionConfiguration.builder()
                .schemaConfiguration(schema -> schema.databaseName("d").tableName("t"))
                .inputFormatConfiguration(input -> input.deserializer(any -> any.openXJsonSerDe(plain -> {})))
                .outputFormatConfiguration(output -> output.serializer(any -> any.parquetSerDe(plain -> {})))
                .build());
    }

    private record OneColumn() implements TableSchemas {
        @Override
        public Table table(StreamIdentity stream, SchemaConfiguration schema) {
            return new Table("1", List.of(new Column("a", "string")));
        }
    }

    @Test
    void convertsHoweverManyUploadsHang() throws Exception {
        var format = format();
        var hanging = new HangingStore();
        var uploads = new ArrayList<FutureTask<ObjectFormat.Written>>();
        for (int i = 0; i < HANGING; i++) {
            var upload = new FutureTask<>(() -> format.write(TestBatch.of("{\"a\":\"x\"}"), hanging.upload()));
            uploads.add(upload);
            Thread.ofVirtual().start(upload);
        }
        hanging.allHang.await();

        var file = new ByteArrayOutputStream();
        var written = format.write(TestBatch.of("{\"a\":\"y\"}", "no row"), file);

        assertThat(written.records()).isEqualTo(1);
        assertThat(written.unfit()).hasSize(1);
        assertThat(file.toString(java.nio.charset.StandardCharsets.ISO_8859_1))
                .startsWith("PAR1")
                .endsWith("PAR1");
        hanging.goesOn.countDown();
        for (var upload : uploads) {
            assertThat(upload.get().records()).isEqualTo(1);
        }
        try (var left = Files.list(folder.resolve("scratch"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void uploadsNothingWhereNoRecordIsFit() throws IOException {
        var file = new ByteArrayOutputStream();
        var written = format().write(TestBatch.of("no row"), file);
        assertThat(written.records()).isZero();
        assertThat(file.size()).isZero();
    }

    /** Takes no byte before it is told to. */
    private static final class HangingStore {
        private final CountDownLatch allHang = new CountDownLatch(HANGING);
        private final CountDownLatch goesOn = new CountDownLatch(1);

        OutputStream upload() {
            return new OutputStream() {
                @Override
                public void write(int unit) throws IOException {
                    write(new byte[] {(byte) unit}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    allHang.countDown();
                    try {
                        goesOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
            };
        }
    }
}
