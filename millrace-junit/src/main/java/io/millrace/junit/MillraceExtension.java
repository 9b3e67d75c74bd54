package io.millrace.junit;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import java.net.URI;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Gives parameters to tests annotated with {@link MillraceTest}. What it makes lives in the class's store, which closes
 * it after the class's last test, clients before the server.
 */
final class MillraceExtension implements ParameterResolver {
    private static final Namespace OURS = Namespace.create(MillraceExtension.class);
    private static final StaticCredentialsProvider ANY_CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    private static final Map<Class<?>, Function<ExtensionContext, Object>> RESOURCES = Map.of(
            Millrace.class, MillraceExtension::server,
            URI.class, context -> server(context).endpoint(),
            KinesisClient.class, MillraceExtension::client,
            KinesisAsyncClient.class, MillraceExtension::asyncClient);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return RESOURCES.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var resource = RESOURCES.get(parameter.getParameter().getType());
        assert resource != null : "asked only for what supportsParameter names";
        return resource.apply(ofTheClass(context));
    }

    private static ExtensionContext ofTheClass(ExtensionContext context) {
        var at = context;
        while (at.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            at = at.getParent().orElseThrow();
        }
        return at;
    }

    private static Millrace server(ExtensionContext context) {
        return context.getStore(OURS)
                .computeIfAbsent(Millrace.class, _ -> Millrace.start(config(context)), Millrace.class);
    }

    private static MillraceConfig config(ExtensionContext context) {
        var config = MillraceConfig.ephemeral();
        var annotation = context.getRequiredTestClass().getAnnotation(MillraceTest.class);
        if (annotation == null) {
            return config;
        }
        for (var setting : annotation.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("@MillraceTest settings are key=value, not '" + setting + "'");
            }
            config = config.with(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return config;
    }

    private static KinesisClient client(ExtensionContext context) {
        var server = server(context);
        return context.getStore(OURS)
                .computeIfAbsent(
                        KinesisClient.class,
                        _ -> KinesisClient.builder()
                                .endpointOverride(server.endpoint())
                                .region(Region.US_EAST_1)
                                .credentialsProvider(ANY_CREDENTIALS)
                                .build(),
                        KinesisClient.class);
    }

    private static KinesisAsyncClient asyncClient(ExtensionContext context) {
        var server = server(context);
        return context.getStore(OURS)
                .computeIfAbsent(
                        KinesisAsyncClient.class,
                        _ -> KinesisAsyncClient.builder()
                                .endpointOverride(server.endpoint())
                                .region(Region.US_EAST_1)
                                .credentialsProvider(ANY_CREDENTIALS)
                                .build(),
                        KinesisAsyncClient.class);
    }
}
