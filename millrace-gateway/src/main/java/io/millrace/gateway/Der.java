package io.millrace.gateway;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few elements of DER (ITU-T X.690) that a certificate is made of. */
final class Der {
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONTEXT_CONSTRUCTED = 0xA0;

    private static final int SHORT_LENGTH_MAX = 0x7F;
    private static final int OID_BITS = 7;
    /** X.509 writes years from here on with four digits. */
    private static final int GENERALIZED_TIME_FROM_YEAR = 2050;

    private Der() {}

    static byte[] sequence(byte[]... elements) {
        return element(SEQUENCE, concatenated(elements));
    }

    static byte[] set(byte[]... elements) {
        return element(SET, concatenated(elements));
    }

    static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    static byte[] yes() {
        return element(BOOLEAN, new byte[] {(byte) 0xFF});
    }

    static byte[] octets(byte[] bytes) {
        return element(OCTET_STRING, bytes);
    }

    /** @param unusedBits how many of the last byte's lower bits do not count */
    static byte[] bits(int unusedBits, byte[] bytes) {
        return element(BIT_STRING, concatenated(new byte[] {(byte) unusedBits}, bytes));
    }

    static byte[] utf8(String text) {
        return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param dotted for example {@code 2.5.29.17} */
    static byte[] objectIdentifier(String dotted) {
        var arcs = dotted.split("\\.", -1);
        var encoded = new ByteArrayOutputStream();
        encoded.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            writeArc(Integer.parseInt(arcs[i]), encoded);
        }
        return element(OBJECT_IDENTIFIER, encoded.toByteArray());
    }

    static byte[] time(Instant instant) {
        var utc = instant.atOffset(ZoneOffset.UTC);
        return utc.getYear() < GENERALIZED_TIME_FROM_YEAR
                ? element(UTC_TIME, ascii(utc.format(DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'"))))
                : element(GENERALIZED_TIME, ascii(utc.format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'"))));
    }

    /** An element that its place in the structure gives a meaning to, holding bare bytes. */
    static byte[] tagged(int number, byte[] content) {
        return element(CONTEXT | number, content);
    }

    /** An element that its place in the structure gives a meaning to, holding others. */
    static byte[] taggedElement(int number, byte[] element) {
        return element(CONTEXT_CONSTRUCTED | number, element);
    }

    private static void writeArc(int arc, ByteArrayOutputStream into) {
        int groups = Math.max(1, Math.ceilDiv(Integer.SIZE - Integer.numberOfLeadingZeros(arc), OID_BITS));
        for (int group = groups - 1; group >= 0; group--) {
            int more = group > 0 ? 0x80 : 0;
            into.write(more | (arc >>> (group * OID_BITS) & 0x7F));
        }
    }

    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        // DER wants the shortest form that holds the length.
        if (content.length <= SHORT_LENGTH_MAX) {
            out.write(content.length);
        } else if (content.length <= 0xFF) {
            out.write(0x81);
            out.write(content.length);
        } else {
            assert content.length <= 0xFFFF : content.length;
            out.write(0x82);
            out.write(content.length >>> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
