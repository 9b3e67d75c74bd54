package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what went wrong into one sentence that its reader can act on. */
final class Complaint {
    private static final int CAUSES_MAX = 20;

    private Complaint() {}

    /** About a call to the service at {@code endpoint}, or anything else. */
    static String about(Throwable failure, Endpoint endpoint) {
        return switch (failure) {
            case AwsServiceException refused -> refusal(refused, endpoint);
            case SdkClientException unsent -> unsent(unsent, endpoint);
            default -> about(failure);
        };
    }

    /** About something that is no call to a service. */
    static String about(Throwable failure) {
        return switch (failure) {
            case CommandFailure told -> String.valueOf(told.getMessage());
            case UncheckedIOException e when e.getCause() != null -> file(e.getCause());
            case IOException e -> file(e);
            default -> "Unexpected " + failure + ". Run it again with --debug to see where.";
        };
    }

    /** Whether the same request may succeed later: the service was busy, broken or away. */
    static boolean isPassing(SdkException failure) {
        return switch (failure) {
            case AwsServiceException answered -> answered.statusCode() >= 500 || answered.isThrottlingException();
            default -> failure.retryable() || cause(failure, IOException.class);
        };
    }

    private static String refusal(AwsServiceException refused, Endpoint endpoint) {
        var details = refused.awsErrorDetails();
        if (details == null
                || details.errorCode() == null
                || details.errorCode().isEmpty()) {
            return endpoint + " answered with HTTP status " + refused.statusCode() + ". Is it a Kinesis endpoint?";
        }
        var message = details.errorMessage();
        return message == null || message.isEmpty()
                ? endpoint + " refused: " + details.errorCode()
                : message + " (" + details.errorCode() + ")";
    }

    private static String unsent(SdkClientException unsent, Endpoint endpoint) {
        if (cause(unsent, ConnectException.class)) {
            var hint = endpoint.isLoopback() ? " Start the server with: millrace serve" : "";
            return "Nothing answers at " + endpoint + "." + hint;
        }
        if (cause(unsent, UnknownHostException.class)) {
            return "The host of " + endpoint + " is not known. Check --endpoint and --region.";
        }
        if (cause(unsent, SocketTimeoutException.class)) {
            return endpoint + " did not answer in time.";
        }
        if (cause(unsent, SSLHandshakeException.class)) {
            return "The certificate of " + endpoint + " is not trusted. Name it with --ca-certificate FILE,"
                    + " or accept any with --insecure.";
        }
        if (cause(unsent, SSLException.class)) {
            return endpoint + " does not speak TLS there. Try the address with http:// in place of https://.";
        }
        if (String.valueOf(unsent.getMessage()).startsWith("Unable to load credentials")) {
            return "No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.";
        }
        if (String.valueOf(unsent.getMessage()).startsWith("Profile file contained no credentials")) {
            return "The profile that was named has no keys.";
        }
        return "No answer from " + endpoint + ": " + firstLine(rootMessage(unsent));
    }

    private static String file(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "The file " + missing.getMessage() + " does not exist.";
            case AccessDeniedException denied -> "You may not read or write " + denied.getMessage() + ".";
            default -> "Reading or writing failed: " + firstLine(String.valueOf(e.getMessage()));
        };
    }

    private static boolean cause(Throwable failure, Class<? extends Throwable> type) {
        var current = failure;
        for (int i = 0; i < CAUSES_MAX && current != null; i++) {
            if (type.isInstance(current)) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }

    private static String rootMessage(Throwable failure) {
        var current = failure;
        for (int i = 0; i < CAUSES_MAX && current.getCause() != null; i++) {
            current = current.getCause();
        }
        return String.valueOf(current.getMessage());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
