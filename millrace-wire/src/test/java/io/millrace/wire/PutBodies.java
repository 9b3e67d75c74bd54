package io.millrace.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Bodies of PutRecord and PutRecords requests: mostly in order, some with whatever clients and attackers think of. */
final class PutBodies {
    private final RandomGenerator random;
    private final Protocol protocol;
    private final BodyWriter body = new BodyWriter();
    private final Notation out;

    /** How many of a thousand values are odd. */
    private final int oddPerMille;

    private PutBodies(Protocol protocol, RandomGenerator random) {
        this.random = random;
        this.protocol = protocol;
        this.out = Notation.of(protocol, body);
        this.oddPerMille = random.nextInt(4) == 0 ? 0 : random.nextInt(120);
    }

    static byte[] putRecords(Protocol protocol, RandomGenerator random) {
        var bodies = new PutBodies(protocol, random);
        bodies.object(List.of("Records", "StreamName", "StreamARN"));
        return bodies.finish();
    }

    static byte[] putRecord(Protocol protocol, RandomGenerator random) {
        var bodies = new PutBodies(protocol, random);
        bodies.object(List.of(
                "Data", "PartitionKey", "StreamName", "StreamARN", "ExplicitHashKey", "SequenceNumberForOrdering"));
        return bodies.finish();
    }

    private byte[] finish() {
        return Arrays.copyOf(body.array(), body.length());
    }

    private boolean odd() {
        return random.nextInt(1000) < oddPerMille;
    }

    private void object(List<String> names) {
        var members = new ArrayList<>(names);
        Collections.shuffle(members, new java.util.Random(random.nextLong()));
        if (odd()) {
            members.add(members.getFirst());
        }
        if (odd()) {
            members.removeFirst();
        }
        if (odd()) {
            members.add(random.nextInt(members.size() + 1), "StreamId");
        }
        if (odd()) {
            members.add(random.nextInt(members.size() + 1), Any.text(random));
        }
        out.beginObject();
        for (var name : members) {
            boolean optional = name.startsWith("Explicit") || name.startsWith("Sequence") || name.equals("StreamARN");
            if (!optional || random.nextBoolean()) {
                out.name(name);
                value(name);
            }
        }
        out.endObject();
    }

    private void value(String name) {
        if (odd()) {
            oddValue();
            return;
        }
        switch (name) {
            case "Records" -> records();
            case "Data" -> out.blob(Any.bytes(size(), random), 0, 0 + lastSize);
            case "PartitionKey" -> out.text(odd() ? "\u20ac".repeat(250 + random.nextInt(10)) : key());
            case "StreamName" -> out.text(odd() ? "no/name" : "orders_" + random.nextInt(100));
            case "StreamARN" -> out.text(arn());
            case "StreamId" -> out.text(random.nextBoolean() ? "abcdefghij0123456789-abc" : "no id");
            default -> out.text(number());
        }
    }

    private int lastSize;

    private int size() {
        lastSize = random.nextInt(random.nextInt(20) == 0 ? 3000 : 100);
        return lastSize;
    }

    private void records() {
        int count = random.nextInt(200) == 0 ? 499 + random.nextInt(3) : odd() ? 0 : 1 + random.nextInt(4);
        out.beginArray(count);
        for (int i = 0; i < count; i++) {
            if (odd()) {
                oddValue();
            } else {
                object(List.of("Data", "PartitionKey", "ExplicitHashKey"));
            }
        }
        out.endArray();
    }

    private String key() {
        if (odd()) {
            return Any.text(random);
        }
        return odd() ? "k".repeat(255 + random.nextInt(4)) : "key-\u00e9" + random.nextInt();
    }

    private String arn() {
        var arns = List.of(
                "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
                "arn:aws-cn:kinesis:cn-north-1:000000000000:stream/orders",
                "arn:aws:kinesis::000000000000:stream/a b",
                "arn:aws:kinesis:us-east-1:00000000000:stream/orders",
                "arn:aws:kinesis:us-east-1:000000000000:stream/",
                "arn:aws:kinesis:us-east-1:000000000000",
                "arn:aws",
                "arn:aws:kinesis:US:000000000000:stream/x/consumer/y:1");
        return arns.get(odd() ? random.nextInt(arns.size()) : random.nextInt(2));
    }

    private String number() {
        if (odd()) {
            return random.nextBoolean() ? "01" : "9".repeat(38 + random.nextInt(3));
        }
        return random.nextInt(5) == 0 ? "0" : "1" + "7".repeat(random.nextInt(38));
    }

    /** Any value of any type, in bytes that the notation would not write itself. */
    private void oddValue() {
        switch (random.nextInt(9)) {
            case 0 -> out.bool(random.nextBoolean());
            case 1 -> out.number(random.nextLong());
            case 2 -> out.text(Any.text(random));
            case 3 -> {
                out.beginObject();
                out.name(Any.text(random));
                oddValue();
                out.endObject();
            }
            case 4 -> {
                out.beginArray(1);
                oddValue();
                out.endArray();
            }
            case 5 -> raw("null", 0xF6);
            case 6 -> raw("1e400", 0xF9, 0x7C, 0x00);
            case 7 -> raw("\"a\\u0041\\n\"", 0x7F, 0x61, 'a', 0x61, 'b', 0xFF);
            default -> oddBlob();
        }
    }

    private void oddBlob() {
        var text = Base64.getEncoder().encodeToString(Any.bytes(random.nextInt(90), random));
        int cut = random.nextInt(text.length() + 1);
        var odd = switch (random.nextInt(4)) {
            case 0 -> text.substring(0, cut);
            case 1 -> text.substring(0, cut) + "=" + text.substring(cut);
            case 2 -> text.substring(0, cut) + "!" + text.substring(Math.min(text.length(), cut + 1));
            default -> text + "ab" + (char) ('A' + random.nextInt(26)) + "=";
        };
        raw("\"" + odd + "\"", 0x5F, 0x42, 1, 2, 0x40, 0xFF);
    }

    private void raw(String json, int... cbor) {
        switch (protocol) {
            case JSON -> {
                // As a number, so that the comma before it is written; then it is overwritten.
                out.number(0);
                body.advance(-1);
                body.write(Any.utf8(json), 0, Any.utf8(json).length);
            }
            case CBOR -> {
                for (int octet : cbor) {
                    body.write(octet);
                }
            }
        }
    }
}
