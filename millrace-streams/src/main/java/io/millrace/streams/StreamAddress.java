package io.millrace.streams;

import io.millrace.model.AccessDeniedException;
import io.millrace.model.Caller;
import io.millrace.model.Namespace;
import io.millrace.model.ProvisionedThroughputExceededException;
import io.millrace.model.ResourceInUseException;
import io.millrace.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Where a stream is, or would be if it were there; and how refusals speak of it. */
record StreamAddress(Namespace namespace, String name) {
    String arn() {
        return namespace.arn("kinesis", "stream/" + name);
    }

    /** {@code stream orders under account 000000000000}, as it stands in the midst of AWS's sentences. */
    @Override
    public String toString() {
        return "stream " + name + " under account " + namespace.account();
    }

    ResourceNotFoundException notFound() {
        return new ResourceNotFoundException(
                "Stream " + name + " under account " + namespace.account() + " not found.");
    }

    ResourceInUseException alreadyExists() {
        return new ResourceInUseException(
                "Stream " + name + " under account " + namespace.account() + " already exists.");
    }

    ResourceInUseException notActive(StreamStatus state) {
        return new ResourceInUseException(
                "Stream " + name + " under account " + namespace.account() + " not ACTIVE, instead in state " + state);
    }

    AccessDeniedException accessDenied(Caller caller, String operation) {
        return accessDenied(caller, operation, arn());
    }

    /** The same of any resource, a consumer for example. */
    static AccessDeniedException accessDenied(Caller caller, String operation, String arn) {
        return new AccessDeniedException("User: " + caller.principalArn()
                + " is not authorized to perform: kinesis:" + operation + " on resource: " + arn
                + " because no resource-based policy allows the kinesis:" + operation + " action");
    }

    ProvisionedThroughputExceededException rateExceeded(String shardId) {
        return new ProvisionedThroughputExceededException(rateExceededText(shardId));
    }

    /** The same for one record of many. */
    String rateExceededText(String shardId) {
        return "Rate exceeded for shard " + shardId + " in " + this + ".";
    }

    ResourceNotFoundException couldNotFindShard(String shardId) {
        return new ResourceNotFoundException("Could not find shard " + shardId + " in " + this + ".");
    }

    ResourceNotFoundException shardDoesNotExist(String shardId) {
        return new ResourceNotFoundException("Shard " + shardId + " in " + this + " does not exist");
    }
}
