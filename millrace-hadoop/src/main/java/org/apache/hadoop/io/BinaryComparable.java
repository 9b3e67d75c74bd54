package org.apache.hadoop.io;

import java.util.Arrays;

/** What is ordered by its bytes, the first {@link #getLength} of an array. */
public abstract class BinaryComparable implements Comparable<BinaryComparable> {
    public abstract int getLength();

    public abstract byte[] getBytes();

    @Override
    public int compareTo(BinaryComparable other) {
        return Arrays.compareUnsigned(getBytes(), 0, getLength(), other.getBytes(), 0, other.getLength());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BinaryComparable that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < getLength(); i++) {
            hash = 31 * hash + getBytes()[i];
        }
        return hash;
    }
}
