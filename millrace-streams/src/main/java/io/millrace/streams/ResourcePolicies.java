package io.millrace.streams;

import io.millrace.catalog.Catalog;
import io.millrace.model.Caller;
import io.millrace.model.InvalidArgumentException;
import io.millrace.model.LimitExceededException;
import io.millrace.model.ResourceNotFoundException;
import io.millrace.streams.policy.ResourcePolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyResponse;

/**
 * PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy. A policy is durable in the catalog before it is shown to
 * the data paths, which find it at the stream ({@link LiveStream#policyOf}).
 */
final class ResourcePolicies {
    private static final Logger LOGGER = LoggerFactory.getLogger(ResourcePolicies.class);

    /** What AWS answers for a resource that has none. */
    private static final String NO_POLICY = "{}";

    private final StreamDirectory directory;
    private final Resources resources;
    private final StreamRegister register;
    private final Catalog catalog;
    private final ResourceTables tables;

    ResourcePolicies(
            StreamDirectory directory,
            Resources resources,
            StreamRegister register,
            Catalog catalog,
            ResourceTables tables) {
        this.directory = directory;
        this.resources = resources;
        this.register = register;
        this.catalog = catalog;
        this.tables = tables;
    }

    /** Shows what the catalog holds, at start. */
    void load() {
        var byStream = catalog.read(tables::policies).entrySet().stream()
                .collect(Collectors.groupingBy(policy -> policy.getKey().streamId()));
        directory
                .all()
                .forEach(stream -> byStream.getOrDefault(stream.state().id(), List.of())
                        .forEach(policy ->
                                stream.showPolicy(policy.getKey(), stored(stream.state(), policy.getValue()))));
    }

    /** Only what was read before was stored, but perhaps by a version that took more than this one. */
    private static ResourcePolicy stored(StreamState stream, String document) {
        try {
            return ResourcePolicy.parse(document);
        } catch (InvalidArgumentException e) {
            LOGGER.error(
                    "A policy of {} can't be read and grants nothing until it is put anew: {}",
                    stream.address(),
                    e.getMessage());
            return ResourcePolicy.grantingNothing(document);
        }
    }

    PutResourcePolicyResponse put(Caller caller, PutResourcePolicyRequest request) {
        register.inTurn(() -> {
            var resource = resources.requireForPolicy(caller, request.resourceARN(), "PutResourcePolicy");
            resource.requireActiveConsumer();
            requireAllowedSize(request.policy());
            var policy = ResourcePolicy.parse(request.policy());
            catalog.transact(connection -> {
                tables.putPolicy(connection, resource.key(), policy.document());
                return true;
            });
            resource.stream().showPolicy(resource.key(), policy);
            return policy;
        });
        return PutResourcePolicyResponse.builder().build();
    }

    private static void requireAllowedSize(String document) {
        int bytes = document.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > StreamLimits.RESOURCE_POLICY_MAX_BYTES) {
            throw new LimitExceededException("The resource policy has " + bytes + " bytes and may have at most "
                    + StreamLimits.RESOURCE_POLICY_MAX_BYTES + ".");
        }
    }

    GetResourcePolicyResponse get(Caller caller, GetResourcePolicyRequest request) {
        var resource = resources.requireForPolicy(caller, request.resourceARN(), "GetResourcePolicy");
        var policy = resource.stream().policyOf(resource.key());
        return GetResourcePolicyResponse.builder()
                .policy(policy.map(ResourcePolicy::document).orElse(NO_POLICY))
                .build();
    }

    DeleteResourcePolicyResponse delete(Caller caller, DeleteResourcePolicyRequest request) {
        register.inTurn(() -> {
            var resource = resources.requireForPolicy(caller, request.resourceARN(), "DeleteResourcePolicy");
            var policy = resource.stream()
                    .policyOf(resource.key())
                    .orElseThrow(() -> new ResourceNotFoundException(
                            "No resource policy found for resource ARN " + resource.arn() + "."));
            catalog.transact(connection -> {
                tables.removePolicy(connection, resource.key());
                return true;
            });
            resource.stream().hidePolicy(resource.key());
            return policy;
        });
        return DeleteResourcePolicyResponse.builder().build();
    }
}
