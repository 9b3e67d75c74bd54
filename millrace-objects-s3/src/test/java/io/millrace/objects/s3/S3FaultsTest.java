package io.millrace.objects.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store's refusals and failures become. */
class S3FaultsTest {
    private static final ObjectName ORDERS = new ObjectName("lake", "orders.json");
    private static final byte[] SMALL = new byte[10];
    private static final byte[] LARGE = new byte[S3Writer.PART_BYTES + 1];
    /** Tries of one request. */
    private static final int TRIES = 3;

    private MoodyStore other;
    private S3ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        other = new MoodyStore();
        store = store(Duration.ofSeconds(60));
    }

    private S3ObjectStore store(Duration attemptMax) {
        return new S3ObjectStore(new S3Config(
                other.endpoint(), "us-east-1", true, Optional.of(new S3Config.Keys("key", "secret")), attemptMax));
    }

    @AfterEach
    void stop() {
        store.close();
        other.close();
    }

    @Test
    void speaksAsEveryStoreUnderstands() {
        store.put(ORDERS, ObjectAttributes.BYTES.withContentEncoding("gzip").withKmsKeyId("alias/lake"), SMALL);

        assertThat(other.asked()).singleElement().satisfies(put -> {
            assertThat(put.method()).isEqualTo("PUT");
            assertThat(put.uri()).hasToString("/lake/orders.json");
            assertThat(put.bodyBytes()).isEqualTo(SMALL.length);
            var headers = put.headers();
            assertThat(headers.keySet()).noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("checksum"));
            assertThat(headers).doesNotContainKeys("Expect", "X-amz-trailer", "X-amz-decoded-content-length");
            assertThat(headers.getFirst("Content-encoding")).isEqualTo("gzip");
            assertThat(headers.getFirst("Content-type")).isEqualTo("application/octet-stream");
            assertThat(headers.getFirst("X-amz-server-side-encryption")).isEqualTo("aws:kms");
            assertThat(headers.getFirst("X-amz-server-side-encryption-aws-kms-key-id"))
                    .isEqualTo("alias/lake");
            assertThat(headers.getFirst("X-amz-content-sha256")).matches("[0-9a-f]{64}");
        });
    }

    @Test
    void asksForTheKeyWhenALargeObjectBegins() {
        store.put(ORDERS, ObjectAttributes.BYTES.withKmsKeyId("alias/lake"), LARGE);

        assertThat(other.asked())
                .filteredOn(asked -> asked.uri().toString().endsWith("?uploads")
                        && asked.method().equals("POST"))
                .singleElement()
                .satisfies(begin -> assertThat(begin.headers().getFirst("X-amz-server-side-encryption-aws-kms-key-id"))
                        .isEqualTo("alias/lake"));
        assertThat(other.asked()).extracting(MoodyStore.Asked::bodyBytes).contains(S3Writer.PART_BYTES, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, AccessDenied",
        "403, InvalidAccessKeyId, AccessDenied",
        "403, SignatureDoesNotMatch, AccessDenied",
        "404, NoSuchBucket, NoSuchBucket",
        "400, InvalidBucketName, UnusableName",
        "400, KMS.NotFoundException, Refused",
        "400, KMS.DisabledException, Refused",
        "301, PermanentRedirect, Refused",
        "403, QuotaExceeded, NoSpace",
        "507, XMinioStorageFull, NoSpace",
    })
    void saysWhyTheStoreRefuses(int status, String code, String expected) {
        for (int i = 0; i < TRIES; i++) {
            other.then(new MoodyStore.Mood.Answers(status, code));
        }
        assertThatThrownBy(() -> store.put(ORDERS, ObjectAttributes.BYTES, SMALL))
                .isInstanceOf(ObjectStoreException.class)
                .hasMessageContaining("lake/orders.json")
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(expected))
                .satisfies(e -> {
                    if (e instanceof ObjectStoreException.Refused refused) {
                        assertThat(refused.code()).isEqualTo(code);
                    }
                });
    }

    @Test
    void triesAgainWhenTheStoreFails() {
        other.then(new MoodyStore.Mood.Answers(500, "InternalError"))
                .then(new MoodyStore.Mood.Answers(503, "SlowDown"));

        store.put(ORDERS, ObjectAttributes.BYTES, SMALL);

        assertThat(other.asked()).hasSize(TRIES);
    }

    @Test
    void triesAgainWhenTheConnectionBreaksMidway() {
        other.then(new MoodyStore.Mood.HangsUpAfter(100_000));

        store.put(ORDERS, ObjectAttributes.BYTES, new byte[1_000_000]);

        assertThat(other.asked().getLast().bodyBytes()).isEqualTo(1_000_000);
    }

    @Test
    void saysWhenConnectionsKeepBreaking() {
        for (int i = 0; i < TRIES; i++) {
            other.then(new MoodyStore.Mood.HangsUpAfter(100_000));
        }
        assertThatThrownBy(() -> store.put(ORDERS, ObjectAttributes.BYTES, new byte[1_000_000]))
                .isInstanceOf(ObjectStoreException.Unavailable.class);
    }

    @Test
    void saysWhenTheStoreFailsForGood() {
        for (int i = 0; i < TRIES; i++) {
            other.then(new MoodyStore.Mood.Answers(503, ""));
        }
        assertThatThrownBy(() -> store.put(ORDERS, ObjectAttributes.BYTES, SMALL))
                .isInstanceOf(ObjectStoreException.Unavailable.class);
        assertThat(other.asked()).hasSize(TRIES);
    }

    @Test
    void waitsForNoStoreForEver() {
        for (int i = 0; i < TRIES; i++) {
            other.then(new MoodyStore.Mood.Sleeps());
        }
        try (var impatient = store(Duration.ofMillis(500))) {
            assertThatThrownBy(() -> impatient.put(ORDERS, ObjectAttributes.BYTES, SMALL))
                    .isInstanceOf(ObjectStoreException.Unavailable.class);
        }
    }

    @Test
    void abortsALargeObjectWhosePartIsRefused() {
        assertThatThrownBy(() -> {
                    try (var writer = store.write(ORDERS, ObjectAttributes.BYTES)) {
                        writer.stream().write(LARGE);
                        other.then(new MoodyStore.Mood.Answers(403, "AccessDenied"));
                        writer.commit();
                    }
                })
                .isInstanceOf(ObjectStoreException.AccessDenied.class);

        assertThat(other.asked().getLast().method()).isEqualTo("DELETE");
        assertThat(other.asked().getLast().uri().getQuery()).isEqualTo("uploadId=u1");
    }
}
