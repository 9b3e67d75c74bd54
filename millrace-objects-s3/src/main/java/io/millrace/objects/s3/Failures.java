package io.millrace.objects.s3;

import io.millrace.objects.ObjectStoreException;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What a store's errors mean. */
final class Failures {
    private Failures() {}

    static ObjectStoreException of(String object, SdkException e) {
        var text = "Object " + object + ": " + e.getMessage();
        return switch (e) {
            case NoSuchKeyException _ -> new ObjectStoreException.NoSuchObject(text, e);
            case AwsServiceException answered -> answered(text, answered);
            default -> new ObjectStoreException.Unavailable(text, e); // no answer, or one that can't be read
        };
    }

    private static ObjectStoreException answered(String text, AwsServiceException e) {
        var code = Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
        return switch (code) {
            case "NoSuchBucket" -> new ObjectStoreException.NoSuchBucket(text, e);
            case "NoSuchKey" -> new ObjectStoreException.NoSuchObject(text, e);
            case "InvalidBucketName", "KeyTooLongError" -> new ObjectStoreException.UnusableName(text, e);
            // MinIO's and Ceph's words.
            case "XMinioStorageFull", "QuotaExceeded" -> new ObjectStoreException.NoSpace(text, e);
            // The upload was completed before, or swept away: writing the object anew is right in both cases.
            case "NoSuchUpload", "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "SlowDown" ->
                new ObjectStoreException.Unavailable(text, e);
            default ->
                code.startsWith("KMS.") ? new ObjectStoreException.Refused(code, text, e) : byStatus(code, text, e);
        };
    }

    private static ObjectStoreException byStatus(String code, String text, AwsServiceException e) {
        return switch (e.statusCode()) {
            case 401, 403 -> new ObjectStoreException.AccessDenied(text, e);
            case 507 -> new ObjectStoreException.NoSpace(text, e);
            case 408, 429 -> new ObjectStoreException.Unavailable(text, e);
            default ->
                e.statusCode() >= 500 || code.isEmpty()
                        ? new ObjectStoreException.Unavailable(text, e)
                        : new ObjectStoreException.Refused(code, text, e);
        };
    }
}
