package io.millrace.bench.soak;

import io.millrace.bench.soak.Ledger.Digest;
import java.util.Arrays;

/** Takes a whole stream once more, from its oldest record, and has to find what its first reader found. Owned by its reader. */
final class SecondReading implements RecordSink {
    private final String stream;
    private final Digest[] wanted;
    private final Digest[] found;
    private final Findings findings;

    SecondReading(String stream, Digest[] wanted, Findings findings) {
        this.stream = stream;
        this.wanted = wanted;
        this.findings = findings;
        found = new Digest[wanted.length];
        Arrays.fill(found, new Digest());
    }

    @Override
    public void take(int key, long number, Where where) {
        if (number <= found[key].last()) {
            findings.wrong("twice or out of order: a second reading of " + stream + " was given record " + number
                    + " of key-" + key + " after number " + found[key].last());
            return;
        }
        found[key] = found[key].with(number, where);
        if (number >= wanted[key].last() && !found[key].equals(wanted[key])) {
            findings.wrong("a second reading of " + stream + " found " + found[key].count() + " records of key-" + key
                    + " up to number " + number + ", the first " + wanted[key].count() + " up to number "
                    + wanted[key].last() + ", or at other places");
        }
    }

    @Override
    public boolean isComplete() {
        for (int key = 0; key < wanted.length; key++) {
            if (found[key].last() < wanted[key].last()) {
                return false;
            }
        }
        return true;
    }

    long count() {
        return Arrays.stream(found).mapToLong(Digest::count).sum();
    }
}
