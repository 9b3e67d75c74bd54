package io.millrace.conformance;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A connection to the shared server of each kind; all tests share it, and it is closed before the server. */
final class ConnectedClients implements ArgumentsProvider {
    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        var millrace = SharedServer.of(context);
        var connections = context.getRoot().getStore(Namespace.create(ConnectedClients.class));
        return Arrays.stream(SdkClient.values()).map(kind -> {
            var client = connections.computeIfAbsent(kind, _ -> kind.connect(millrace), KinesisClient.class);
            return Arguments.argumentSet(kind.toString(), new Kinesis(client));
        });
    }
}
