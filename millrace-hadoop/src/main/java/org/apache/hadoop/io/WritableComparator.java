package org.apache.hadoop.io;

import java.util.Arrays;

/** The order of bytes. */
public final class WritableComparator {
    private WritableComparator() {}

    public static int compareBytes(byte[] a, int aFrom, int aLength, byte[] b, int bFrom, int bLength) {
        return Arrays.compareUnsigned(a, aFrom, aFrom + aLength, b, bFrom, bFrom + bLength);
    }
}
