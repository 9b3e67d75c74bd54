package io.millrace.firehose;

/**
 * How Firehose behaves where AWS has quotas.
 *
 * @param deliveryStreamLimit how many delivery streams an account may have in a region; 1 to 1,000,000
 */
public record FirehoseConfig(int deliveryStreamLimit) {
    private static final int LIMIT_MAX = 1_000_000;

    public FirehoseConfig {
        if (deliveryStreamLimit < 1 || deliveryStreamLimit > LIMIT_MAX) {
            throw new IllegalArgumentException(
                    "firehose.delivery-stream-limit (" + deliveryStreamLimit + ") must be between 1 and " + LIMIT_MAX);
        }
    }
}
