package io.millrace.streams.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds where in the hash space the records of a batch belong: what {@link KeyHasher} does for one key, for many at
 * once. MD5 is a chain of steps that each wait for the one before, so a key by itself leaves most of the processor
 * idle. Here each step is done for all keys before the next one begins, in loops over arrays that the compiler makes
 * vector instructions of. Works in place; the result stays until the next {@link #begin}. Not safe for use from several
 * threads; each has its own.
 */
public final class BatchHasher {
    /**
     * So many keys are hashed together. What they need is 42 KiB, which the nearest cache of some processors holds and
     * of others does not quite; but a step works on 10 KiB of it only.
     */
    private static final int LANES = 512;

    /** For fewer keys than this the steps' loops cost more than they save. */
    private static final int LANES_WORTHWHILE = 16;

    /** A longer key does not fit into one of MD5's blocks with its length; nearly all are shorter. */
    private static final int BLOCK_KEY_MAX_BYTES = 55;

    private static final int BLOCK_WORDS = 16;
    private static final int LENGTH_WORD = 14;
    private static final int PAD = 0x80;

    private static final int A = 0x67452301;
    private static final int B = 0xEFCDAB89;
    private static final int C = 0x98BADCFE;
    private static final int D = 0x10325476;

    /** RFC 1321's table of sines. */
    private static final int[] SINES = sines();

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final KeyHasher single = new KeyHasher();
    private long[] high = {};
    private long[] low = {};
    private int count;
    private boolean worthwhile;

    // The keys that wait for being hashed together, a lane each: their block's words, the state, and which key it is.
    private final int[][] block = new int[BLOCK_WORDS][LANES];
    private final int[] a = new int[LANES];
    private final int[] b = new int[LANES];
    private final int[] c = new int[LANES];
    private final int[] d = new int[LANES];
    private final int[] keyOfLane = new int[LANES];
    private int lanes;
    /** How many words of a block the longest of them takes. */
    private int words;

    private static int[] sines() {
        var sines = new int[64];
        for (int step = 0; step < sines.length; step++) {
            sines[step] = (int) (long) (Math.abs(StrictMath.sin(step + 1)) * 0x1p32);
        }
        return sines;
    }

    /** Begins a batch of at most so many keys; one that was broken off before its end leaves nothing behind. */
    public void begin(int expectedKeys) {
        clearLanes();
        if (high.length < expectedKeys) {
            high = new long[expectedKeys];
            low = new long[expectedKeys];
        }
        count = 0;
        worthwhile = expectedKeys >= LANES_WORTHWHILE;
    }

    /** Adds a partition key, given as UTF-8. */
    public void add(byte[] bytes, int offset, int length) {
        if (worthwhile && length <= BLOCK_KEY_MAX_BYTES) {
            fillLane(bytes, offset, length);
        } else {
            single.hash(bytes, offset, length);
            high[count] = single.high();
            low[count] = single.low();
        }
        count++;
    }

    /** Adds an explicit hash key, given as decimal digits; returns whether it is one, below 2^128. */
    public boolean addExplicit(byte[] bytes, int offset, int length) {
        boolean valid = single.takeExplicit(bytes, offset, length);
        high[count] = single.high();
        low[count] = single.low();
        count++;
        return valid;
    }

    /** All keys are there. */
    public void finish() {
        hashLanes();
    }

    /** The upper 64 bits of the hash key of the key that was added as that one, from zero. */
    public long high(int key) {
        return high[key];
    }

    /** The lower 64 bits of that hash key. */
    public long low(int key) {
        return low[key];
    }

    private void fillLane(byte[] bytes, int offset, int length) {
        int whole = length / Integer.BYTES;
        // Taken before anything is written, so that a lane that was begun is cleared too.
        int lane = lanes++;
        words = Math.max(words, whole + 1);
        keyOfLane[lane] = count;
        for (int word = 0; word < whole; word++) {
            block[word][lane] = (int) WORD.get(bytes, offset + word * Integer.BYTES);
        }
        int last = PAD;
        for (int at = offset + length - 1; at >= offset + whole * Integer.BYTES; at--) {
            last = (last << Byte.SIZE) | (bytes[at] & 0xFF);
        }
        block[whole][lane] = last;
        block[LENGTH_WORD][lane] = length * Byte.SIZE;
        if (lanes == LANES) {
            hashLanes();
        }
    }

    private void hashLanes() {
        Arrays.fill(a, 0, lanes, A);
        Arrays.fill(b, 0, lanes, B);
        Arrays.fill(c, 0, lanes, C);
        Arrays.fill(d, 0, lanes, D);
        for (int step = 0; step < 16; step += 4) {
            first(a, b, c, d, block[step], SINES[step], 7, lanes);
            first(d, a, b, c, block[step + 1], SINES[step + 1], 12, lanes);
            first(c, d, a, b, block[step + 2], SINES[step + 2], 17, lanes);
            first(b, c, d, a, block[step + 3], SINES[step + 3], 22, lanes);
        }
        for (int step = 16; step < 32; step += 4) {
            second(a, b, c, d, block[(5 * step + 1) % 16], SINES[step], 5, lanes);
            second(d, a, b, c, block[(5 * step + 6) % 16], SINES[step + 1], 9, lanes);
            second(c, d, a, b, block[(5 * step + 11) % 16], SINES[step + 2], 14, lanes);
            second(b, c, d, a, block[5 * step % 16], SINES[step + 3], 20, lanes);
        }
        for (int step = 32; step < 48; step += 4) {
            third(a, b, c, d, block[(3 * step + 5) % 16], SINES[step], 4, lanes);
            third(d, a, b, c, block[(3 * step + 8) % 16], SINES[step + 1], 11, lanes);
            third(c, d, a, b, block[(3 * step + 11) % 16], SINES[step + 2], 16, lanes);
            third(b, c, d, a, block[(3 * step + 14) % 16], SINES[step + 3], 23, lanes);
        }
        for (int step = 48; step < 64; step += 4) {
            fourth(a, b, c, d, block[7 * step % 16], SINES[step], 6, lanes);
            fourth(d, a, b, c, block[(7 * step + 7) % 16], SINES[step + 1], 10, lanes);
            fourth(c, d, a, b, block[(7 * step + 14) % 16], SINES[step + 2], 15, lanes);
            fourth(b, c, d, a, block[(7 * step + 5) % 16], SINES[step + 3], 21, lanes);
        }
        for (int lane = 0; lane < lanes; lane++) {
            high[keyOfLane[lane]] = bigEndian(a[lane] + A, b[lane] + B);
            low[keyOfLane[lane]] = bigEndian(c[lane] + C, d[lane] + D);
        }
        clearLanes();
    }

    /** The next keys may be shorter, and leave what they do not need as it is. */
    private void clearLanes() {
        for (int word = 0; word < words; word++) {
            Arrays.fill(block[word], 0, lanes, 0);
        }
        lanes = 0;
        words = 0;
    }

    /** A digest's bytes are those of its words, lowest first; as a number they are read highest first. */
    private static long bigEndian(int first, int second) {
        return Long.reverseBytes(((long) second << Integer.SIZE) | Integer.toUnsignedLong(first));
    }

    // One step of each of MD5's four rounds, for all lanes.

    private static void first(int[] a, int[] b, int[] c, int[] d, int[] word, int sine, int turn, int lanes) {
        for (int i = 0; i < lanes; i++) {
            a[i] = b[i] + Integer.rotateLeft(a[i] + (d[i] ^ (b[i] & (c[i] ^ d[i]))) + word[i] + sine, turn);
        }
    }

    private static void second(int[] a, int[] b, int[] c, int[] d, int[] word, int sine, int turn, int lanes) {
        for (int i = 0; i < lanes; i++) {
            a[i] = b[i] + Integer.rotateLeft(a[i] + (c[i] ^ (d[i] & (b[i] ^ c[i]))) + word[i] + sine, turn);
        }
    }

    private static void third(int[] a, int[] b, int[] c, int[] d, int[] word, int sine, int turn, int lanes) {
        for (int i = 0; i < lanes; i++) {
            a[i] = b[i] + Integer.rotateLeft(a[i] + (b[i] ^ c[i] ^ d[i]) + word[i] + sine, turn);
        }
    }

    private static void fourth(int[] a, int[] b, int[] c, int[] d, int[] word, int sine, int turn, int lanes) {
        for (int i = 0; i < lanes; i++) {
            a[i] = b[i] + Integer.rotateLeft(a[i] + (c[i] ^ (b[i] | ~d[i])) + word[i] + sine, turn);
        }
    }
}
