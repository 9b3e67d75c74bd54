package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Records in a scratch file, because there was no memory for them. Nothing in it is needed after a restart: the source has
 * all of it. Used by one thread at a time.
 */
final class Spool {
    private static final int WRITE_BUFFER_BYTES = 16 * 1024;
    private static final int READ_BUFFER_BYTES = 64 * 1024;

    private static final int DIRECT_PUT = 0;
    private static final int KINESIS_STREAM = 1;
    private static final int KAFKA_TOPIC = 2;
    private static final int ABSENT = -1;

    private final Path file;
    private final DataOutputStream out;
    private int records;

    Spool(Path file) {
        this.file = file;
        try {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), WRITE_BUFFER_BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the scratch file " + file, e);
        }
    }

    void add(DeliveryRecord record) {
        try {
            write(record.position().shard());
            out.writeLong(record.position().offset());
            out.writeInt(record.position().sub());
            out.writeLong(record.arrival().toEpochMilli());
            write(record.origin());
            out.writeInt(record.table().size());
            for (var entry : record.table().entrySet()) {
                write(entry.getKey());
                write(entry.getValue());
            }
            write(record.data());
            records++;
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the scratch file " + file, e);
        }
    }

    private void write(Origin origin) throws IOException {
        switch (origin) {
            case Origin.DirectPut _ -> out.writeByte(DIRECT_PUT);
            case Origin.KinesisStream stream -> {
                out.writeByte(KINESIS_STREAM);
                write(stream.streamArn());
                write(stream.shardId());
                write(stream.sequenceNumber());
                out.writeLong(stream.subsequenceNumber());
                write(stream.partitionKey());
            }
            case Origin.KafkaTopic topic -> {
                out.writeByte(KAFKA_TOPIC);
                write(topic.topic());
                out.writeInt(topic.partition());
                out.writeLong(topic.offset());
                var key = topic.key();
                if (key == null) {
                    out.writeInt(ABSENT);
                } else {
                    write(key);
                }
            }
        }
    }

    private void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Ends the writing; readings may begin. */
    void end() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the scratch file " + file, e);
        }
    }

    Batch.Records read() {
        try {
            return new Reading(
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), READ_BUFFER_BYTES)),
                    records);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the scratch file " + file, e);
        }
    }

    void delete() {
        try {
            out.close();
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // The next start deletes it.
        }
    }

    private static final class Reading implements Batch.Records {
        private final DataInputStream in;
        private int left;

        Reading(DataInputStream in, int records) {
            this.in = in;
            this.left = records;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public DeliveryRecord next() {
            try {
                var position = new RecordPosition(text(), in.readLong(), in.readInt());
                var arrival = Instant.ofEpochMilli(in.readLong());
                var origin = origin();
                var table = table();
                left--;
                return new DeliveryRecord(position, arrival, bytes(in.readInt()), origin, table);
            } catch (IOException e) {
                throw new UncheckedIOException("can't read a scratch file", e);
            }
        }

        private Origin origin() throws IOException {
            int kind = in.readByte();
            return switch (kind) {
                case DIRECT_PUT -> new Origin.DirectPut();
                case KINESIS_STREAM -> new Origin.KinesisStream(text(), text(), text(), in.readLong(), text());
                case KAFKA_TOPIC -> topic();
                default -> throw new IOException("a scratch file was changed by somebody else");
            };
        }

        private Origin topic() throws IOException {
            var topic = text();
            int partition = in.readInt();
            long offset = in.readLong();
            int keyBytes = in.readInt();
            return new Origin.KafkaTopic(topic, partition, offset, keyBytes == ABSENT ? null : bytes(keyBytes));
        }

        private Map<String, String> table() throws IOException {
            int entries = in.readInt();
            if (entries == 0) {
                return Map.of();
            }
            var table = new LinkedHashMap<String, String>();
            for (int i = 0; i < entries; i++) {
                table.put(text(), text());
            }
            return table;
        }

        private String text() throws IOException {
            return new String(bytes(in.readInt()), StandardCharsets.UTF_8);
        }

        private byte[] bytes(int count) throws IOException {
            var bytes = new byte[count];
            in.readFully(bytes);
            return bytes;
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException _) {
                // It was only read.
            }
        }
    }
}
