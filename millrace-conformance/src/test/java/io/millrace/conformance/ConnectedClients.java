package io.millrace.conformance;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** One connection to the shared server for each kind of client; JUnit closes it after its test. */
final class ConnectedClients implements ArgumentsProvider {
    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        var millrace = SharedServer.of(context);
        return Arrays.stream(SdkClient.values())
                .map(kind -> Arguments.argumentSet(kind.toString(), new Kinesis(kind.connect(millrace))));
    }
}
