package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace faults set}. */
@Command(
        name = "set",
        description = "Set what goes wrong for a stream and an operation, in place of what was set for both before.")
final class SetFaultsCommand implements Callable<Integer> {
    private static final String RATE = "RATE";

    @Option(names = "--stream", paramLabel = "NAME", description = "Default: all streams.")
    private @Nullable String stream;

    @Option(names = "--operation", paramLabel = "NAME", description = "Such as GetRecords. Default: all operations.")
    private @Nullable String operation;

    @Option(
            names = "--throttle",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of calls that are throttled, such as 30%%.")
    private double throttle;

    @Option(
            names = "--internal-failure",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of calls that fail with InternalFailure (500).")
    private double internalFailure;

    @Option(
            names = "--unavailable",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of calls that fail with ServiceUnavailable (503).")
    private double unavailable;

    @Option(
            names = "--record-throttle",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of PutRecords' records that are throttled.")
    private double recordThrottle;

    @Option(
            names = "--record-internal-failure",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of PutRecords' records that fail.")
    private double recordInternalFailure;

    @Option(
            names = "--break-off",
            paramLabel = RATE,
            converter = RateText.class,
            description = "The share of SubscribeToShard's events in whose place the subscription ends with"
                    + " InternalFailure.")
    private double breakOff;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How much later calls are answered, such as 200ms.")
    private @Nullable Duration latency;

    @Option(
            names = "--latency-max",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "Makes it anything from --latency to this.")
    private @Nullable Duration latencyMax;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "How long. Default: until they are cleared or the server stops.")
    private @Nullable Duration lifetime;

    @Option(names = "--seed", paramLabel = "N", description = "The same calls then meet the same faults.")
    private @Nullable Integer seed;

    @Mixin
    private final EndpointOptions options;

    @Mixin
    private final AdminOptions admin;

    private final Shell shell;

    SetFaultsCommand(Shell shell, Connection.Opener opener) {
        this.shell = shell;
        this.options = new EndpointOptions(shell, opener);
        this.admin = new AdminOptions(shell.environment());
    }

    @Override
    public Integer call() throws IOException {
        boolean failsNothing =
                throttle + internalFailure + unavailable + recordThrottle + recordInternalFailure + breakOff == 0;
        if (failsNothing && latency == null && latencyMax == null) {
            throw new UsageError("Say what is to go wrong: --throttle, --internal-failure, --unavailable,"
                    + " --record-throttle, --record-internal-failure, --break-off or --latency.");
        }
        var set = new FaultsEndpoint(options.connection(), admin).set(this::write);
        new Output(shell.out()).line(set);
        return ExitCode.OK;
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (stream != null) {
            json.writeStringField("stream", stream);
        }
        if (operation != null) {
            json.writeStringField("operation", operation);
        }
        json.writeNumberField("throttle", throttle);
        json.writeNumberField("internalFailure", internalFailure);
        json.writeNumberField("unavailable", unavailable);
        json.writeNumberField("recordThrottle", recordThrottle);
        json.writeNumberField("recordInternalFailure", recordInternalFailure);
        json.writeNumberField("breakOff", breakOff);
        if (latency != null) {
            json.writeNumberField("latencyMillis", latency.toMillis());
        }
        if (latencyMax != null) {
            json.writeNumberField("latencyMillisMax", latencyMax.toMillis());
        }
        if (lifetime != null) {
            json.writeNumberField("forSeconds", lifetime.toSeconds());
        }
        if (seed != null) {
            json.writeNumberField("seed", seed);
        }
        json.writeEndObject();
    }
}
