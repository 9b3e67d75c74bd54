package io.millrace.conformance;

import io.millrace.server.Millrace;
import io.millrace.server.MillraceConfig;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one server that all classes share; it is stopped after the last of them. */
final class SharedServer implements ParameterResolver {
    private static final Namespace OURS = Namespace.create(SharedServer.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Millrace.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    /** The server, started when it is first asked for. */
    static Millrace of(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent(Millrace.class, _ -> Millrace.start(MillraceConfig.ephemeral()), Millrace.class);
    }
}
