package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Holds what a map would. */
class ShardTableTest {
    private static final int STEPS = 2_000;

    @Test
    void findsWhatWasPutAndNotRemoved() {
        Seeds.forEach(50, random -> {
            var table = new ShardTable();
            var model = new HashMap<Long, Shard>();
            for (int step = 0; step < STEPS; step++) {
                long id = anyId(random);
                if (random.nextInt(3) == 0) {
                    table.remove(id);
                    model.remove(id);
                } else {
                    var shard = new Shard(new ShardKey(id), 0);
                    table.put(shard);
                    model.put(id, shard);
                }
                assertSame(table, model, anyId(random));
            }
            model.keySet().forEach(id -> assertSame(table, model, id));
        });
    }

    /** Some in sequence, some that differ in their upper bits alone. */
    private static long anyId(SplittableRandom random) {
        long id = random.nextLong(300);
        return random.nextBoolean() ? id : id << 48;
    }

    private static void assertSame(ShardTable table, Map<Long, Shard> model, long id) {
        assertThat(table.get(id)).isSameAs(model.get(id));
    }
}
