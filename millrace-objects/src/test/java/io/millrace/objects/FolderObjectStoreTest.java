package io.millrace.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderObjectStoreTest {
    private static final ObjectName ORDERS = new ObjectName("lake", "orders/2026/part.json");
    private static final Comparator<String> BY_BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path parent;

    private Path root;
    private FolderObjectStore store;

    @BeforeEach
    void openAStore() {
        root = parent.resolve("data/objects");
        store = new FolderObjectStore(root);
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    @Test
    void keepsAnObjectAsAPlainFile() throws IOException {
        put(ORDERS, "one");

        assertThat(root.resolve("lake/orders/2026/part.json")).hasContent("one");
        assertThat(read(store, ORDERS)).isEqualTo("one");
        assertThat(store.find(ORDERS).orElseThrow().bytes()).isEqualTo(3);
    }

    @Test
    void touchesNothingBeforeTheFirstObject() {
        assertThat(store.exists(ORDERS)).isFalse();
        store.delete(ORDERS);

        assertThat(root).doesNotExist();
    }

    @Test
    void showsNothingOfAnObjectBeforeItIsCommitted() throws IOException {
        try (var writer = store.write(ORDERS, ObjectAttributes.BYTES)) {
            writer.stream().write(new byte[200_000]);
            writer.stream().write(7);
            writer.stream().close();

            assertThat(store.exists(ORDERS)).isFalse();
            assertThat(root.resolve("lake")).doesNotExist();

            writer.commit();
        }
        assertThat(store.find(ORDERS).orElseThrow().bytes()).isEqualTo(200_001);
        assertThat(namesIn(root.resolve(Workplace.NAME))).containsExactly("LOCK");
    }

    @Test
    void leavesNothingOfAnObjectThatIsNotCommitted() throws IOException {
        try (var writer = store.write(ORDERS, ObjectAttributes.BYTES)) {
            writer.stream().write(new byte[200_000]);
        }
        assertThat(store.exists(ORDERS)).isFalse();
        assertThat(namesIn(root.resolve(Workplace.NAME))).containsExactly("LOCK");
    }

    @Test
    void replacesAnObjectWithoutDisturbingThoseWhoReadTheOld() throws IOException {
        put(ORDERS, "the old one");
        try (var reading = store.open(ORDERS)) {
            put(ORDERS, "new");

            assertThat(reading.readAllBytes()).asString().isEqualTo("the old one");
        }
        assertThat(read(store, ORDERS)).isEqualTo("new");
    }

    @Test
    void writesTheSameTwiceWithoutHarm() throws IOException {
        put(ORDERS, "one");
        put(ORDERS, "one");

        assertThat(read(store, ORDERS)).isEqualTo("one");
        assertThat(store.list("lake", "", "", 10)).hasSize(1);
    }

    @Test
    void takesNoMoreBytesAfterTheCommit() {
        try (var writer = store.write(ORDERS, ObjectAttributes.BYTES)) {
            writer.commit();

            assertThatThrownBy(() -> writer.stream().write(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(store.find(ORDERS).orElseThrow().bytes()).isZero();
    }

    @Test
    void removesWhatACrashLeftBehind() throws IOException {
        put(ORDERS, "one");
        store.close();
        Files.writeString(root.resolve(Workplace.NAME).resolve("1"), "half an obj");

        store = new FolderObjectStore(root);
        put(new ObjectName("lake", "next"), "two");

        assertThat(namesIn(root.resolve(Workplace.NAME))).containsExactly("LOCK");
        assertThat(read(store, ORDERS)).isEqualTo("one");
    }

    @Test
    void sharesItsFolderWithNoOtherWriter() {
        put(ORDERS, "one");
        try (var other = new FolderObjectStore(root)) {
            assertThatThrownBy(() -> other.write(ORDERS, ObjectAttributes.BYTES))
                    .isInstanceOf(ObjectStoreException.Unavailable.class)
                    .hasMessageContaining("in use by another process");
        }
    }

    @Test
    void takesNothingAfterItWasClosed() {
        store.close();

        assertThatThrownBy(() -> put(ORDERS, "late")).isInstanceOf(ObjectStoreException.Unavailable.class);
    }

    @Test
    void deletesTheFoldersThatAnObjectWasAloneIn() {
        put(ORDERS, "one");
        put(new ObjectName("lake", "orders/index"), "two");

        store.delete(ORDERS);
        store.delete(ORDERS);

        assertThat(root.resolve("lake/orders/2026")).doesNotExist();
        assertThat(root.resolve("lake/orders/index")).exists();

        put(new ObjectName("lake", "orders/2026"), "now an object");
        assertThat(root.resolve("lake/orders/2026")).isRegularFile();
    }

    @Test
    void makesANewFolderWhereSomebodyRemovedThoseAboveIt() throws IOException {
        put(ORDERS, "one");
        Files.delete(root.resolve("lake/orders/2026/part.json"));
        Files.delete(root.resolve("lake/orders/2026"));
        Files.delete(root.resolve("lake/orders"));
        Files.delete(root.resolve("lake"));
        var nextYears = new ObjectName("lake", "orders/2027/part.json");

        put(nextYears, "two");

        assertThat(read(store, nextYears)).isEqualTo("two");
    }

    @Test
    void writesAgainWhereSomebodyRemovedTheFolders() throws IOException {
        put(ORDERS, "one");
        Files.delete(root.resolve("lake/orders/2026/part.json"));
        Files.delete(root.resolve("lake/orders/2026"));
        Files.delete(root.resolve("lake/orders"));
        Files.delete(root.resolve("lake"));

        put(ORDERS, "two");

        assertThat(read(store, ORDERS)).isEqualTo("two");
    }

    @Test
    void refusesAnObjectWhoseKeyIsAFolderOfAnothersAndTheOtherWayRound() {
        put(new ObjectName("lake", "a/b"), "one");
        put(new ObjectName("lake", "c"), "two");

        assertThatThrownBy(() -> put(new ObjectName("lake", "a"), "three"))
                .isInstanceOf(ObjectStoreException.UnusableName.class);
        assertThatThrownBy(() -> put(new ObjectName("lake", "c/d"), "four"))
                .isInstanceOf(ObjectStoreException.UnusableName.class);
        assertThat(store.exists(new ObjectName("lake", "a"))).isFalse();
        assertThat(store.exists(new ObjectName("lake", "c/d"))).isFalse();
        store.delete(new ObjectName("lake", "a"));
        store.delete(new ObjectName("lake", "c/d"));
        assertThat(keys("lake")).containsExactly("a/b", "c");
    }

    @Test
    void saysWhetherTheBucketOrTheObjectIsMissing() {
        put(ORDERS, "one");

        assertThatThrownBy(() -> store.open(new ObjectName("lake", "other")))
                .isInstanceOf(ObjectStoreException.NoSuchObject.class);
        assertThatThrownBy(() -> store.open(new ObjectName("lake", "orders")))
                .isInstanceOf(ObjectStoreException.NoSuchObject.class);
        assertThatThrownBy(() -> store.open(new ObjectName("pond", "other")))
                .isInstanceOf(ObjectStoreException.NoSuchBucket.class);
        assertThatThrownBy(() -> store.list("pond", "", "", 10)).isInstanceOf(ObjectStoreException.NoSuchBucket.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".incoming", "a/b", "a b", "a\0b", "ü"})
    void refusesBucketsThatAreNoFolderOfItsOwn(String bucket) {
        assertThatThrownBy(() -> new ObjectName(bucket, "key")).isInstanceOf(ObjectStoreException.UnusableName.class);
        assertThatThrownBy(() -> store.list(bucket, "", "", 1)).isInstanceOf(ObjectStoreException.UnusableName.class);
    }

    @Test
    void refusesKeysThatNoStoreTakes() {
        for (var key : List.of("", "k".repeat(1025), "é".repeat(513), "half \ud83d of one")) {
            assertThatThrownBy(() -> new ObjectName("lake", key)).isInstanceOf(ObjectStoreException.UnusableName.class);
        }
        assertThat(new ObjectName("b".repeat(255), "k".repeat(1024)).key()).hasSize(1024);
    }

    @Test
    void saysWhenTheDiskIsFull() {
        var full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a device that is always full");
        var disk = new LocalDiskThatIsFull(full);
        try (var onFullDisk = new FolderObjectStore(parent.resolve("full"), disk, FileNames.UNICODE);
                var writer = onFullDisk.write(ORDERS, ObjectAttributes.BYTES)) {
            assertThatThrownBy(() -> writer.stream().write(new byte[1 << 20]))
                    .isInstanceOf(ObjectStoreException.NoSpace.class);
            assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Its files are all the same one, which takes nothing. */
    private record LocalDiskThatIsFull(Path device, LocalFiles local) implements FileSteps {
        LocalDiskThatIsFull(Path device) {
            this(device, new LocalFiles());
        }

        @Override
        public FileChannel create(Path file) throws IOException {
            return FileChannel.open(device, StandardOpenOption.WRITE);
        }

        @Override
        public void sync(FileChannel file) throws IOException {
            local.sync(file);
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            local.createFolder(folder);
        }

        @Override
        public void syncFolder(Path folder) throws IOException {
            local.syncFolder(folder);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            local.rename(from, to);
        }
    }

    @Test
    void spellsKeysAsTheyAreWhereItCan() {
        assertThat(FileNames.UNICODE.of("dt=2026-01-01/a b+c,é:%2F.gz"))
                .containsExactly("dt=2026-01-01", "a b+c,é:%2F.gz");
        assertThat(FileNames.ASCII.of("é")).containsExactly("~C3~A9");
        assertThat(FileNames.UNICODE.of("/.././/a~b\\\n/"))
                .containsExactly("~", "~2E~2E", "~2E", "~", "a~7Eb~5C~0A", "~");
        assertThat(FileNames.UNICODE.of("x".repeat(255))).containsExactly("x".repeat(255));
        assertThat(FileNames.UNICODE.of("x".repeat(256))).containsExactly("x".repeat(253) + "~+", "xxx");
    }

    @ParameterizedTest
    @EnumSource(FileNames.class)
    void keepsEveryKeyApartAndInItsBucket(FileNames names) {
        Seeds.forEach(10, random -> {
            var folder = Files.createTempDirectory(parent, "any");
            try (var any = new FolderObjectStore(folder.resolve("objects"), new LocalFiles(), names)) {
                var written = new TreeMap<String, String>(BY_BYTES);
                for (int i = 0; i < 30; i++) {
                    var key = anyKey(random);
                    try {
                        any.put(new ObjectName("lake", key), ObjectAttributes.BYTES, bytes(key));
                        written.put(key, key);
                    } catch (ObjectStoreException.UnusableName e) {
                        assertThat(written.keySet()).as(key).anyMatch(other -> isFolderOf(other, key));
                    }
                }
                for (var key : written.keySet()) {
                    assertThat(read(any, new ObjectName("lake", key))).isEqualTo(key);
                }
                assertThat(namesIn(folder)).containsExactly("objects");
                assertThat(namesIn(folder.resolve("objects"))).containsExactlyInAnyOrder(Workplace.NAME, "lake");
                assertThat(pages(any, random)).containsExactlyElementsOf(written.keySet());
                var prefix = anyKey(random).substring(0, 1);
                assertThat(any.list("lake", prefix, "", 1000))
                        .extracting(found -> found.name().key())
                        .containsExactlyElementsOf(written.keySet().stream()
                                .filter(key -> key.startsWith(prefix))
                                .toList());
                for (var key : written.keySet()) {
                    any.delete(new ObjectName("lake", key));
                }
                assertThat(namesIn(folder.resolve("objects/lake"))).isEmpty();
            }
        });
    }

    private static boolean isFolderOf(String one, String other) {
        return one.startsWith(other + "/") || other.startsWith(one + "/");
    }

    private static String anyKey(RandomGenerator random) {
        var parts = List.of(
                "/",
                "/",
                ".",
                "..",
                "~",
                "~+",
                "\\",
                "\0",
                "\n",
                "\u007f",
                "a",
                "A",
                "-",
                "0",
                "é",
                "e\u0301",
                "日",
                "\ud83d\ude00",
                "%2F",
                "~2E",
                " ",
                "x".repeat(120),
                "ü".repeat(60));
        var key = new StringBuilder();
        int length = random.nextInt(1, 8);
        for (int i = 0; i < length; i++) {
            key.append(parts.get(random.nextInt(parts.size())));
        }
        return key.toString();
    }

    private static List<String> pages(FolderObjectStore store, RandomGenerator random) {
        var keys = new ArrayList<String>();
        while (true) {
            int max = random.nextInt(1, 10);
            var page = store.list("lake", "", keys.isEmpty() ? "" : keys.getLast(), max);
            page.forEach(found -> keys.add(found.name().key()));
            if (page.size() < max) {
                return keys;
            }
        }
    }

    @Test
    void listsNoFilesThatAreNoObjects() throws IOException {
        put(ORDERS, "one");
        Files.writeString(root.resolve("lake/notes~"), "an editor's");
        Files.writeString(root.resolve("lake/~41"), "spelled otherwise");

        assertThat(keys("lake")).containsExactly(ORDERS.key());
    }

    private void put(ObjectName name, String content) {
        store.put(name, ObjectAttributes.BYTES, bytes(content));
    }

    private List<String> keys(String bucket) {
        return store.list(bucket, "", "", 1000).stream()
                .map(found -> found.name().key())
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String read(FolderObjectStore store, ObjectName name) throws IOException {
        try (var in = store.open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
