package io.millrace.cli;

/** A command that calls a service, so that an error can say which one and how much to show. */
interface ClientCommand {
    EndpointOptions options();
}
