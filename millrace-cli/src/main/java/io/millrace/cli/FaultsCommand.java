package io.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace faults}: has a server refuse, fail or dawdle, to see how an application takes it. */
@Command(name = "faults", description = "Have a Millrace server refuse, fail or dawdle, for tests.")
final class FaultsCommand implements Runnable {
    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    static CommandLine with(Shell shell, Connection.Opener opener) {
        return new CommandLine(new FaultsCommand())
                .addSubcommand(new ListFaultsCommand(shell, opener))
                .addSubcommand(new SetFaultsCommand(shell, opener))
                .addSubcommand(new ClearFaultsCommand(shell, opener));
    }

    @Override
    public void run() {
        throw family.askWhatToDo();
    }
}
