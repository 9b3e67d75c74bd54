package io.millrace.bench.load;

/** Writes one request body; members and elements are counted beforehand, as CBOR wants it. */
interface MessageWriter {
    MessageWriter map(int members);

    MessageWriter endMap();

    MessageWriter list(int elements);

    MessageWriter endList();

    MessageWriter name(String name);

    MessageWriter text(String value);

    MessageWriter number(long value);

    MessageWriter blob(byte[] value);

    byte[] toByteArray();
}
