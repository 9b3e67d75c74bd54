package io.millrace.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyTest {
    private final Family family = new Family();

    @Test
    void beginsWithBothChildrenOfASplit() {
        family.begin(List.of("a"));

        assertThat(family.finish("a", children("""
                {"ChildShards": [{"ShardId": "b", "ParentShards": ["a"]}, {"ShardId": "c", "ParentShards": ["a"]}]}"""))).containsExactly("b", "c");
    }

    @Test
    void beginsWithAMergedShardOnceAndAfterBothParents() {
        var merged = children("""
                {"ChildShards": [{"ShardId": "c", "ParentShards": ["a", "b"]}]}""");
        family.begin(List.of("a", "b"));

        assertThat(family.finish("a", merged)).isEmpty();
        assertThat(family.finish("b", merged)).containsExactly("c");
        assertThat(family.finish("b", merged)).isEmpty();
    }

    private static List<Family.Child> children(String answer) {
        return Family.Child.of(Json.parse(answer));
    }
}
