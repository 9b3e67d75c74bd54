package io.millrace.log;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Where the parts of one append went; a result is made when it is asked for. */
final class AppendResults extends AbstractList<AppendResult> implements RandomAccess {
    private final long[] firstOffsets;
    private final long arrivalMillis;

    AppendResults(long[] firstOffsets, long arrivalMillis) {
        this.firstOffsets = firstOffsets;
        this.arrivalMillis = arrivalMillis;
    }

    @Override
    public AppendResult get(int part) {
        return new AppendResult(firstOffsets[part], arrivalMillis);
    }

    @Override
    public int size() {
        return firstOffsets.length;
    }
}
