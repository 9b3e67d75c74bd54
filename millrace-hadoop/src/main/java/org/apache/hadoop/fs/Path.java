package org.apache.hadoop.fs;

/** A file's name; ORC puts it into its messages. */
public record Path(String name) {
    @Override
    public String toString() {
        return name;
    }
}
