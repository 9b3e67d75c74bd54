package io.millrace.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamDescription;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.SourceDescription;

/** {@code millrace firehose}: the family of commands that make, show and remove delivery streams. */
@Command(name = "firehose", description = "Create, list, describe and delete delivery streams.")
final class FirehoseCommand implements Runnable {
    private static final int PAGE_NAMES = 1_000;

    @Mixin
    private final FamilyOptions family = new FamilyOptions();

    @Override
    public void run() {
        throw family.askWhatToDo();
    }

    @Command(description = "Create a delivery stream.")
    int create(
            @Parameters(index = "0", paramLabel = "NAME", description = "The delivery stream's name.") String name,
            @Mixin DeliveryOptions delivery,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        var request = delivery.request(name, endpoint);
        try (var firehose = endpoint.connection().openFirehose()) {
            firehose.createDeliveryStream(request);
            result.showChange(name, "ACTIVE", "Delivery stream " + name + " is ready.");
        }
        return ExitCode.OK;
    }

    @Command(description = "List the delivery streams of the region.")
    int list(@Mixin ResultOptions result, @Mixin EndpointOptions endpoint) throws IOException {
        try (var firehose = endpoint.connection().openFirehose()) {
            result.showAll(
                    List.of("NAME"),
                    names(firehose).stream()
                            .map(name -> new Facts().with("Name", "name", name))
                            .toList());
        }
        return ExitCode.OK;
    }

    @Command(description = "List the services that --preset knows.")
    int presets(@Mixin ResultOptions result) throws IOException {
        result.showAll(
                List.of("PRESET", "SERVICE", "ACCESS KEY", "SITES", "NEEDS"),
                HttpPresets.load().byName().values().stream()
                        .map(preset -> new Facts()
                                .with("Preset", "name", preset.name())
                                .with("Service", "service", preset.partner())
                                .with("Access key", "accessKey", preset.key().orElse(null))
                                .with("Sites", "sites", preset.sites().keySet())
                                .with("Needs", "needs", preset.requiredParams()))
                        .toList());
        return ExitCode.OK;
    }

    private static List<String> names(FirehoseClient firehose) {
        var names = new ArrayList<String>();
        while (true) {
            var after = names.isEmpty() ? null : names.getLast();
            var page = firehose.listDeliveryStreams(
                    request -> request.limit(PAGE_NAMES).exclusiveStartDeliveryStreamName(after));
            names.addAll(page.deliveryStreamNames());
            if (!page.hasMoreDeliveryStreams() || page.deliveryStreamNames().isEmpty()) {
                return names;
            }
        }
    }

    @Command(description = "Show a delivery stream: the main things as a table, everything as JSON.")
    int describe(
            @Parameters(index = "0", paramLabel = "NAME", description = "The delivery stream's name.") String name,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var firehose = endpoint.connection().openFirehose()) {
            var stream = firehose.describeDeliveryStream(request -> request.deliveryStreamName(name))
                    .deliveryStreamDescription();
            switch (result.format()) {
                case table -> result.show(facts(stream));
                case json -> result.out().json(json -> SdkObjects.write(stream, json));
            }
        }
        return ExitCode.OK;
    }

    private static Facts facts(DeliveryStreamDescription stream) {
        var facts = new Facts()
                .with("Name", "name", stream.deliveryStreamName())
                .with("ARN", "arn", stream.deliveryStreamARN())
                .with("Status", "status", stream.deliveryStreamStatusAsString())
                .with("Version", "version", stream.versionId())
                .with("Source", "source", source(stream))
                .with("Created", "created", stream.createTimestamp());
        stream.destinations().forEach(destination -> addDestination(facts, destination));
        return facts;
    }

    private static String source(DeliveryStreamDescription stream) {
        var source = Objects.requireNonNullElse(
                stream.source(), SourceDescription.builder().build());
        if (source.kinesisStreamSourceDescription() != null) {
            return source.kinesisStreamSourceDescription().kinesisStreamARN();
        }
        if (source.mskSourceDescription() != null) {
            return "topic " + source.mskSourceDescription().topicName();
        }
        return stream.deliveryStreamTypeAsString();
    }

    private static void addDestination(Facts facts, DestinationDescription destination) {
        var s3 = destination.extendedS3DestinationDescription();
        var http = destination.httpEndpointDestinationDescription();
        if (s3 != null) {
            facts.with("Destination", "destination", "S3")
                    .with("To", "to", s3.bucketARN() + orNothing("/", s3.prefix()))
                    .with("Compression", "compression", s3.compressionFormatAsString())
                    .with(
                            "Buffering",
                            "buffering",
                            buffering(
                                    s3.bufferingHints().sizeInMBs(),
                                    s3.bufferingHints().intervalInSeconds()));
        } else if (http != null) {
            facts.with("Destination", "destination", "HTTP endpoint")
                    .with("To", "to", http.endpointConfiguration().url())
                    .with(
                            "Buffering",
                            "buffering",
                            buffering(
                                    http.bufferingHints().sizeInMBs(),
                                    http.bufferingHints().intervalInSeconds()));
        } else {
            facts.with("Destination", "destination", "see --output json");
        }
    }

    private static String buffering(Integer sizeMib, Integer intervalSeconds) {
        return sizeMib + " MiB or " + intervalSeconds + " s";
    }

    private static String orNothing(String before, @Nullable String text) {
        return text == null || text.isEmpty() ? "" : before + text;
    }

    @Command(description = "Delete a delivery stream; what it has not delivered yet is discarded.")
    int delete(
            @Parameters(index = "0", paramLabel = "NAME", description = "The delivery stream's name.") String name,
            @Mixin ResultOptions result,
            @Mixin EndpointOptions endpoint)
            throws IOException {
        try (var firehose = endpoint.connection().openFirehose()) {
            firehose.deleteDeliveryStream(request -> request.deliveryStreamName(name));
            result.showChange(name, "DELETED", "Delivery stream " + name + " is gone.");
        }
        return ExitCode.OK;
    }
}
