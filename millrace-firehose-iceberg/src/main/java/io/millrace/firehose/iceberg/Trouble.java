package io.millrace.firehose.iceberg;

import static io.millrace.firehose.delivery.Failure.Remedy.RETRY;

import io.millrace.firehose.delivery.Failure;
import io.millrace.objects.ObjectStoreException;
import java.nio.file.AccessDeniedException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.ValidationException;

/** What went wrong with a catalog or with files, in the words of the error output. */
final class Trouble {
    private Trouble() {}

    static Failure of(Exception trouble) {
        return new Failure(code(trouble), message(trouble), RETRY);
    }

    private static String code(Throwable trouble) {
        return switch (trouble) {
            case NoSuchTableException _ -> "Iceberg.NoSuchTable";
            case NotAuthorizedException _, ForbiddenException _ -> "Glue.AccessDenied";
            case ObjectStoreException.AccessDenied _, AccessDeniedException _ -> "S3.AccessDenied";
            case ObjectStoreException.NoSuchBucket _ -> "S3.NoSuchBucket";
            case ObjectStoreException _ -> "S3.InternalError";
            case CommitFailedException _, CommitStateUnknownException _, ValidationException _ ->
                "Iceberg.CommitFailed";
            default -> trouble.getCause() == null ? "Iceberg.InternalError" : code(trouble.getCause());
        };
    }

    private static String message(Exception trouble) {
        return trouble.getMessage() == null ? trouble.toString() : trouble.getMessage();
    }
}
