package io.millrace.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the mixins that picocli finds among a command method's parameters. */
record MixinFactory(Map<String, String> environment) implements IFactory {
    @Override
    public <T> T create(Class<T> type) throws Exception {
        return type == EndpointOptions.class
                ? type.cast(new EndpointOptions(environment))
                : CommandLine.defaultFactory().create(type);
    }
}
