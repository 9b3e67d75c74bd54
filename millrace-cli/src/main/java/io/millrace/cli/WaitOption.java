package io.millrace.cli;

import picocli.CommandLine.Option;

/** Whether a command returns when the service has done what it was asked, or when it has begun. */
final class WaitOption {
    @Option(names = "--wait", description = "Return when it is done. Otherwise when it has begun.")
    private boolean isGiven;

    boolean isGiven() {
        return isGiven;
    }
}
