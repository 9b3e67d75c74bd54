package io.millrace.objects.s3;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStoreException;
import io.millrace.objects.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** One object on its way: in one request if it ends before the first part is full, in parts otherwise. */
final class S3Writer implements ObjectWriter {
    static final int PART_BYTES = 8 * 1024 * 1024;
    private static final int PARTS_MAX = 10_000;
    private static final int FIRST_BUFFER_BYTES = 64 * 1024;

    private final S3Client client;
    private final ObjectName name;
    private final ObjectAttributes attributes;
    private final List<CompletedPart> parts = new ArrayList<>();
    private final Bytes stream = new Bytes();
    private byte[] part = new byte[FIRST_BUFFER_BYTES];
    private int partBytes;
    private @Nullable String uploadId;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        /** A request failed; what the store has is not known. */
        BROKEN,
        COMMITTED,
        CLOSED
    }

    S3Writer(S3Client client, ObjectName name, ObjectAttributes attributes) {
        this.client = client;
        this.name = name;
        this.attributes = attributes;
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public void commit() {
        requireOpen();
        state = State.BROKEN;
        try {
            if (uploadId == null) {
                putWhole();
            } else {
                sendPart(uploadId);
                complete(uploadId);
            }
        } catch (SdkException e) {
            throw Failures.of(name.toString(), e);
        }
        state = State.COMMITTED;
        part = new byte[0];
    }

    private void putWhole() {
        client.putObject(
                request -> {
                    request.bucket(name.bucket()).key(name.key()).contentType(attributes.contentType());
                    attributes.contentEncoding().ifPresent(request::contentEncoding);
                    attributes
                            .kmsKeyId()
                            .ifPresent(key -> request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                    .ssekmsKeyId(key));
                },
                body());
    }

    /** What is in the part now, readable as often as the request has to be tried. */
    private RequestBody body() {
        var bytes = part;
        int length = partBytes;
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, attributes.contentType());
    }

    private void sendFullPart() {
        state = State.BROKEN;
        try {
            if (uploadId == null) {
                removeLeftovers();
                uploadId = begin();
            }
            sendPart(uploadId);
        } catch (SdkException e) {
            throw Failures.of(name.toString(), e);
        }
        state = State.OPEN;
        partBytes = 0;
    }

    /** Uploads of this very object that a crash left behind; nobody else writes it. */
    private void removeLeftovers() {
        try {
            var uploads = client.listMultipartUploads(
                    request -> request.bucket(name.bucket()).prefix(name.key()));
            for (var upload : uploads.uploads()) {
                if (name.key().equals(upload.key())) {
                    abort(upload.uploadId());
                }
            }
        } catch (SdkException _) {
            // Not every store tells them, nor lets everyone ask; leftovers cost space, never an object.
        }
    }

    private String begin() {
        return client.createMultipartUpload(request -> {
                    request.bucket(name.bucket()).key(name.key()).contentType(attributes.contentType());
                    attributes.contentEncoding().ifPresent(request::contentEncoding);
                    attributes
                            .kmsKeyId()
                            .ifPresent(key -> request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                    .ssekmsKeyId(key));
                })
                .uploadId();
    }

    private void sendPart(String upload) {
        int number = parts.size() + 1;
        if (number > PARTS_MAX) {
            throw new ObjectStoreException.Refused(
                    "EntityTooLarge", "Object " + name + " grows past " + PARTS_MAX + " parts of 8 MiB.", null);
        }
        var sent = client.uploadPart(
                request -> request.bucket(name.bucket())
                        .key(name.key())
                        .uploadId(upload)
                        .partNumber(number),
                body());
        parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
    }

    private void complete(String upload) {
        client.completeMultipartUpload(request -> request.bucket(name.bucket())
                .key(name.key())
                .uploadId(upload)
                .multipartUpload(all -> all.parts(parts)));
    }

    private void abort(String upload) {
        client.abortMultipartUpload(
                request -> request.bucket(name.bucket()).key(name.key()).uploadId(upload));
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the writer of " + name + " is " + state);
        }
    }

    @Override
    public void close() {
        if (state == State.COMMITTED || state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        part = new byte[0];
        if (uploadId != null) {
            try {
                abort(uploadId);
            } catch (SdkException _) {
                // What stays is removed when the object is written again.
            }
        }
    }

    /** Fills parts; one that is full is sent when more comes, so that the last is never empty. */
    private final class Bytes extends OutputStream {
        @Override
        public void write(int unit) {
            write(new byte[] {(byte) unit}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            requireOpen();
            int at = from;
            int end = from + length;
            while (at < end) {
                if (partBytes == PART_BYTES) {
                    sendFullPart();
                }
                int taken = Math.min(end - at, PART_BYTES - partBytes);
                makeRoom(taken);
                System.arraycopy(bytes, at, part, partBytes, taken);
                partBytes += taken;
                at += taken;
            }
        }

        private void makeRoom(int more) {
            if (partBytes + more > part.length) {
                part = Arrays.copyOf(part, Math.min(PART_BYTES, Math.max(2 * part.length, partBytes + more)));
            }
        }
    }
}
