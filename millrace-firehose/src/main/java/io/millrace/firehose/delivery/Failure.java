package io.millrace.firehose.delivery;

/**
 * Why something was not delivered.
 *
 * @param code the code in logs and error output, such as {@code HttpEndpoint.DestinationException}
 */
public record Failure(String code, String message, Remedy remedy) {

    /** What may help. */
    public enum Remedy {
        /** The same again, later. */
        RETRY,
        /** Nothing: the record goes to the error output at once. */
        GIVE_UP
    }
}
