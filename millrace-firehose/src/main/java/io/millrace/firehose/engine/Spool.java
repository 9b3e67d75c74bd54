package io.millrace.firehose.engine;

import io.millrace.firehose.delivery.Batch;
import io.millrace.firehose.delivery.DeliveryRecord;
import io.millrace.firehose.source.Origin;
import io.millrace.firehose.source.RecordPosition;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Records in a scratch file, because there was no memory for them. Nothing in it is needed after a restart: the source has
 * all of it. Holds no memory while it grows, as there may be thousands. Used by one thread at a time.
 */
final class Spool {
    /** What stands beside a record's data, mostly. */
    private static final int HEAD_BYTES = 256;

    private static final int READ_BUFFER_MAX_BYTES = 64 * 1024;

    private static final int DIRECT_PUT = 0;
    private static final int KINESIS_STREAM = 1;
    private static final int KAFKA_TOPIC = 2;
    private static final int ABSENT = -1;

    private final Path file;
    private final Shares rereads;
    private final OutputStream out;
    private int records;

    /** @param rereads divides what the readings hold */
    Spool(Path file, Shares rereads) {
        this.file = file;
        this.rereads = rereads;
        try {
            out = Files.newOutputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the scratch file " + file, e);
        }
    }

    void add(DeliveryRecord record) {
        var encoded = new ByteArrayOutputStream(record.data().length + HEAD_BYTES);
        try {
            write(record, new DataOutputStream(encoded));
            encoded.writeTo(out);
            records++;
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the scratch file " + file + ": " + e.getMessage(), e);
        }
    }

    private static void write(DeliveryRecord record, DataOutputStream out) throws IOException {
        write(record.position().shard(), out);
        out.writeLong(record.position().offset());
        out.writeInt(record.position().sub());
        out.writeLong(record.arrival().toEpochMilli());
        write(record.origin(), out);
        out.writeInt(record.table().size());
        for (var entry : record.table().entrySet()) {
            write(entry.getKey(), out);
            write(entry.getValue(), out);
        }
        write(record.data(), out);
    }

    private static void write(Origin origin, DataOutputStream out) throws IOException {
        switch (origin) {
            case Origin.DirectPut _ -> out.writeByte(DIRECT_PUT);
            case Origin.KinesisStream stream -> {
                out.writeByte(KINESIS_STREAM);
                write(stream.streamArn(), out);
                write(stream.shardId(), out);
                write(stream.sequenceNumber(), out);
                out.writeLong(stream.subsequenceNumber());
                write(stream.partitionKey(), out);
            }
            case Origin.KafkaTopic topic -> {
                out.writeByte(KAFKA_TOPIC);
                write(topic.topic(), out);
                out.writeInt(topic.partition());
                out.writeLong(topic.offset());
                var key = topic.key();
                if (key == null) {
                    out.writeInt(ABSENT);
                } else {
                    write(key, out);
                }
            }
        }
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    Batch.Records read() {
        var share = rereads.take();
        try {
            int bufferBytes = Math.min(READ_BUFFER_MAX_BYTES, share.bytes());
            return new Reading(
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), bufferBytes)),
                    share,
                    records);
        } catch (IOException e) {
            share.close();
            throw unreadable(e);
        }
    }

    private static UnreadableBatchException unreadable(IOException e) {
        return new UnreadableBatchException("can't read a scratch file: " + e.getMessage(), e);
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
        private final Shares.Share share;
        private int left;

        Reading(DataInputStream in, Shares.Share share, int records) {
            this.in = in;
            this.share = share;
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
                throw unreadable(e);
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
            share.close();
            try {
                in.close();
            } catch (IOException _) {
                // It was only read.
            }
        }
    }
}
