package io.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the mixins that picocli finds among a command method's parameters. */
record MixinFactory(Shell shell, Connection.Opener opener) implements IFactory {
    @Override
    public <T> T create(Class<T> type) throws Exception {
        if (type == StreamCall.class) {
            return type.cast(new StreamCall(result(), endpoint()));
        }
        if (type == EndpointOptions.class) {
            return type.cast(endpoint());
        }
        if (type == ResultOptions.class) {
            return type.cast(result());
        }
        return CommandLine.defaultFactory().create(type);
    }

    private EndpointOptions endpoint() {
        return new EndpointOptions(shell, opener);
    }

    private ResultOptions result() {
        return new ResultOptions(shell.out());
    }
}
