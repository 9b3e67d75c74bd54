package io.millrace.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever step the power goes before: an object is there whole or not at all, and a committed one is there. */
class PowerLossTest {
    private static final List<ObjectName> NAMES = List.of(
            new ObjectName("lake", "a/b/one"), new ObjectName("lake", "a/b/two"), new ObjectName("lake", "a/b/one"));

    @TempDir
    private Path parent;

    @Test
    void keepsCommittedObjectsAndHalvesOfNone() {
        Seeds.forEach(10, random -> {
            boolean lostPower = true;
            for (int steps = 0; lostPower; steps++) {
                var root = Files.createTempDirectory(parent, "cut").resolve("objects");
                var disk = new FailingDisk(steps, random);
                int committed = writeAll(root, disk);
                lostPower = disk.lostPower();
                disk.comeBack();

                try (var after = new FolderObjectStore(root)) {
                    assertThat(content(after, NAMES.get(0)))
                            .as("%d steps", steps)
                            .isIn(
                                    committed == 3
                                            ? List.of("v2")
                                            : committed > 0 ? List.of("v0", "v2") : List.of("", "v0"));
                    assertThat(content(after, NAMES.get(1)))
                            .as("%d steps", steps)
                            .isIn(committed > 1 ? List.of("v1") : List.of("", "v1"));
                }
            }
        });
    }

    private static int writeAll(Path root, FailingDisk disk) {
        int committed = 0;
        try (var store = new FolderObjectStore(root, disk, FileNames.UNICODE)) {
            for (var name : NAMES) {
                store.put(name, ObjectAttributes.BYTES, ("v" + committed).getBytes(StandardCharsets.UTF_8));
                committed++;
            }
        } catch (ObjectStoreException.Unavailable _) {
            // the power is gone
        }
        return committed;
    }

    private static String content(FolderObjectStore store, ObjectName name) throws Exception {
        if (!store.exists(name)) {
            return "";
        }
        try (var in = store.open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
