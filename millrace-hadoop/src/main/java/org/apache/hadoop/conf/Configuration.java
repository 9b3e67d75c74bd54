package org.apache.hadoop.conf;

import java.util.HashMap;
import java.util.Map;

/** Named settings. ORC asks one for each of its options; what was not set has the asker's default. */
public class Configuration {
    private final Map<String, String> values = new HashMap<>();

    public void set(String name, String value) {
        values.put(name, value);
    }

    public String get(String name) {
        return values.get(name);
    }

    public String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public boolean getBoolean(String name, boolean otherwise) {
        var value = values.get(name);
        return value == null ? otherwise : Boolean.parseBoolean(value);
    }

    public int getInt(String name, int otherwise) {
        var value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    public long getLong(String name, long otherwise) {
        var value = values.get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    public double getDouble(String name, double otherwise) {
        var value = values.get(name);
        return value == null ? otherwise : Double.parseDouble(value);
    }
}
