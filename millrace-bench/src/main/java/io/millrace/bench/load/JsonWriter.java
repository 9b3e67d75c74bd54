package io.millrace.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON for texts that need no escaping, which is all the driver sends. */
final class JsonWriter implements MessageWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean separate;

    @Override
    public JsonWriter map(int members) {
        return open('{');
    }

    @Override
    public JsonWriter endMap() {
        return close('}');
    }

    @Override
    public JsonWriter list(int elements) {
        return open('[');
    }

    @Override
    public JsonWriter endList() {
        return close(']');
    }

    @Override
    public JsonWriter name(String name) {
        text(name);
        out.write(':');
        separate = false;
        return this;
    }

    @Override
    public JsonWriter text(String value) {
        assert value.indexOf('"') < 0 && value.indexOf('\\') < 0 : value;
        return quoted(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public JsonWriter number(long value) {
        return plain(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public JsonWriter blob(byte[] value) {
        return quoted(Encoding.JSON.onTheWire(value));
    }

    @Override
    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private JsonWriter open(char bracket) {
        separateFromLast();
        out.write(bracket);
        separate = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        out.write(bracket);
        separate = true;
        return this;
    }

    private JsonWriter quoted(byte[] value) {
        separateFromLast();
        out.write('"');
        out.writeBytes(value);
        out.write('"');
        return this;
    }

    private JsonWriter plain(byte[] value) {
        separateFromLast();
        out.writeBytes(value);
        return this;
    }

    private void separateFromLast() {
        if (separate) {
            out.write(',');
        }
        separate = true;
    }
}
