package io.millrace.cli;

/** What a command's end says to the shell that ran it. */
final class ExitCode {
    static final int OK = 0;
    /** The service refused or failed, or part of the input could not be sent. */
    static final int FAILED = 1;
    /** The command line was wrong; nothing was done. */
    static final int USAGE = 2;

    private ExitCode() {}
}
