package io.millrace.objects.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.ObjectAttributes;
import io.millrace.objects.ObjectName;
import io.millrace.objects.ObjectStoreException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** Against S3Proxy, which checks signatures and keeps its objects in memory. */
class S3ObjectStoreTest {
    private static final S3Config.Keys KEYS = new S3Config.Keys("millrace", "not-so-secret");
    private static final ObjectName ORDERS = new ObjectName("lake", "orders/2026/a b+c,é.json");
    private static final ObjectName BIG = new ObjectName("lake", "big");
    private static final int PART = S3Writer.PART_BYTES;

    private static BlobStoreContext blobs;
    private static S3Proxy proxy;

    private S3ObjectStore store;
    private S3Client client;

    @BeforeAll
    static void startTheProxy() throws Exception {
        var properties = new Properties();
        blobs = ContextBuilder.newBuilder("transient")
                .credentials("local", "local")
                .overrides(properties)
                .build(BlobStoreContext.class);
        proxy = S3Proxy.builder()
                .blobStore(blobs.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, KEYS.accessKey(), KEYS.secretKey())
                .build();
        proxy.start();
    }

    @AfterAll
    static void stopTheProxy() throws Exception {
        proxy.stop();
        blobs.close();
    }

    @BeforeEach
    void openAStoreWithABucket() {
        client = Clients.of(config(KEYS));
        client.createBucket(request -> request.bucket("lake"));
        store = new S3ObjectStore(config(KEYS));
    }

    @AfterEach
    void emptyTheBucket() {
        store.close();
        blobs.getBlobStore().deleteContainer("lake");
        client.close();
    }

    private static S3Config config(S3Config.Keys keys) {
        return S3Config.of(URI.create("http://127.0.0.1:" + proxy.getPort()), "us-east-1", true, Optional.of(keys));
    }

    @Test
    void keepsAnObjectWithWhatIsSaidOfIt() throws IOException {
        store.put(ORDERS, ObjectAttributes.BYTES.withContentEncoding("gzip"), bytes("one"));

        assertThat(read(ORDERS)).asString().isEqualTo("one");
        assertThat(store.find(ORDERS).orElseThrow().bytes()).isEqualTo(3);
        var head = client.headObject(request -> request.bucket("lake").key(ORDERS.key()));
        assertThat(head.contentType()).isEqualTo("application/octet-stream");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
    }

    @Test
    void keepsAnEmptyObject() throws IOException {
        store.put(ORDERS, ObjectAttributes.BYTES, new byte[0]);

        assertThat(read(ORDERS)).isEmpty();
    }

    @Test
    void sendsALargeObjectInParts() throws IOException {
        for (int size : List.of(PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 12_345)) {
            var content = new byte[size];
            new SplittableRandom(size).nextBytes(content);
            try (var writer = store.write(BIG, ObjectAttributes.BYTES.withContentEncoding("identity"))) {
                for (int at = 0; at < size; ) {
                    int length = Math.min(size - at, 1_000_003);
                    writer.stream().write(content, at, length);
                    at += length;
                }
                writer.commit();
            }
            assertThat(read(BIG)).isEqualTo(content);
            assertThat(client.headObject(request -> request.bucket("lake").key("big"))
                            .contentEncoding())
                    .isEqualTo("identity");
        }
        assertThat(uploads()).isEmpty();
    }

    @Test
    void showsNothingBeforeTheCommitAndLeavesNothingWithoutOne() throws IOException {
        try (var writer = store.write(BIG, ObjectAttributes.BYTES)) {
            writer.stream().write(new byte[PART + 1]);

            assertThat(store.exists(BIG)).isFalse();
            assertThat(uploads()).hasSize(1);
        }
        assertThat(store.exists(BIG)).isFalse();
        assertThat(uploads()).isEmpty();
    }

    @Test
    void replacesWhatACrashLeftOfTheSameObjectAndNothingElse() throws IOException {
        client.createMultipartUpload(request -> request.bucket("lake").key("big"));
        client.createMultipartUpload(request -> request.bucket("lake").key("bigger"));

        store.put(BIG, ObjectAttributes.BYTES, new byte[PART + 1]);

        assertThat(uploads()).extracting(MultipartUpload::key).containsExactly("bigger");
        assertThat(store.find(BIG).orElseThrow().bytes()).isEqualTo(PART + 1);
    }

    @Test
    void writesTheSameTwiceWithoutHarm() throws IOException {
        store.put(ORDERS, ObjectAttributes.BYTES, bytes("one"));
        store.put(ORDERS, ObjectAttributes.BYTES, bytes("one"));

        assertThat(read(ORDERS)).asString().isEqualTo("one");
        assertThat(store.list("lake", "", "", 10)).hasSize(1);
    }

    @Test
    void deletesWhatIsThereAndWhatIsNot() {
        store.put(ORDERS, ObjectAttributes.BYTES, bytes("one"));

        store.delete(ORDERS);
        store.delete(ORDERS);

        assertThat(store.exists(ORDERS)).isFalse();
        assertThatThrownBy(() -> store.open(ORDERS)).isInstanceOf(ObjectStoreException.NoSuchObject.class);
    }

    @Test
    void listsByPrefixPageByPage() {
        for (int i = 0; i < 7; i++) {
            store.put(new ObjectName("lake", "in/" + i), ObjectAttributes.BYTES, bytes("x"));
        }
        store.put(new ObjectName("lake", "out"), ObjectAttributes.BYTES, bytes("x"));

        var keys = new ArrayList<String>();
        while (keys.size() < 7) {
            var page = store.list("lake", "in/", keys.isEmpty() ? "" : keys.getLast(), 3);
            assertThat(page).hasSizeBetween(1, 3);
            page.forEach(found -> keys.add(found.name().key()));
        }
        assertThat(keys).containsExactly("in/0", "in/1", "in/2", "in/3", "in/4", "in/5", "in/6");
        assertThat(store.list("lake", "in/", "in/6", 3)).isEmpty();
    }

    @Test
    void saysWhenTheBucketIsMissing() {
        var elsewhere = new ObjectName("pond", "key");

        assertThatThrownBy(() -> store.put(elsewhere, ObjectAttributes.BYTES, bytes("x")))
                .isInstanceOf(ObjectStoreException.NoSuchBucket.class);
        assertThatThrownBy(() -> store.put(elsewhere, ObjectAttributes.BYTES, new byte[PART + 1]))
                .isInstanceOf(ObjectStoreException.NoSuchBucket.class);
        assertThatThrownBy(() -> store.open(elsewhere)).isInstanceOf(ObjectStoreException.class);
        assertThatThrownBy(() -> store.list("pond", "", "", 1)).isInstanceOf(ObjectStoreException.NoSuchBucket.class);
    }

    @Test
    void saysWhenTheKeysAreWrong() {
        try (var stranger = new S3ObjectStore(config(new S3Config.Keys("millrace", "guessed")))) {
            assertThatThrownBy(() -> stranger.put(ORDERS, ObjectAttributes.BYTES, bytes("x")))
                    .isInstanceOf(ObjectStoreException.AccessDenied.class)
                    .hasMessageNotContaining("guessed");
            assertThatThrownBy(() -> stranger.find(ORDERS)).isInstanceOf(ObjectStoreException.AccessDenied.class);
        }
    }

    @Test
    void saysWhenNobodyListens() throws IOException {
        int port;
        try (var unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        var nowhere = new S3Config(
                URI.create("http://127.0.0.1:" + port), "us-east-1", true, Optional.of(KEYS), Duration.ofSeconds(5));
        try (var lost = new S3ObjectStore(nowhere)) {
            assertThatThrownBy(() -> lost.put(ORDERS, ObjectAttributes.BYTES, bytes("x")))
                    .isInstanceOf(ObjectStoreException.Unavailable.class);
        }
    }

    @Test
    void takesNothingAfterItWasClosed() {
        store.close();

        assertThatThrownBy(() -> store.find(ORDERS)).isInstanceOf(ObjectStoreException.Unavailable.class);
    }

    @Test
    void keepsTheSecretToItself() {
        assertThat(config(KEYS).toString()).contains("millrace").doesNotContain("not-so-secret");
    }

    private List<MultipartUpload> uploads() {
        return client.listMultipartUploads(request -> request.bucket("lake")).uploads();
    }

    private byte[] read(ObjectName name) throws IOException {
        try (var in = store.open(name)) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
