package io.millrace.clients.support;

import java.util.List;

/** Is told what became of the records that a consumer was given. */
public interface Witness {
    void processed(String shardId, int number);

    /** These records are not to be processed again, by anyone. */
    void checkpointed(List<Integer> numbers);
}
