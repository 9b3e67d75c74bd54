package io.millrace.firehose.definition;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;

/**
 * A delivery stream at one moment.
 *
 * @param id a number that no other delivery stream ever had or will have, unlike the name
 * @param revisions those that may still be needed, oldest first; the last is the current one
 */
public record DeliveryStream(
        long id,
        DeliveryStreamAddress address,
        Source source,
        Optional<Encryption> encryption,
        Instant created,
        Instant updated,
        List<Revision> revisions) {
    public DeliveryStream {
        assert !revisions.isEmpty() : address;
        revisions = List.copyOf(revisions);
    }

    public String name() {
        return address.name();
    }

    public String account() {
        return address.namespace().account();
    }

    public String region() {
        return address.namespace().region();
    }

    public String arn() {
        return address.arn();
    }

    public DeliveryStreamType type() {
        return source.type();
    }

    public Revision current() {
        return revisions.getLast();
    }

    /** How records that arrive now are delivered. */
    public DestinationConfiguration destination() {
        return current().destination();
    }

    public String versionId() {
        return Integer.toString(current().version());
    }

    /** The revision by which a record that arrived at this time is delivered. */
    public Revision revisionAt(Instant arrival) {
        for (var revision : revisions.reversed()) {
            if (!arrival.isBefore(revision.since())) {
                return revision;
            }
        }
        return revisions.getFirst();
    }

    /** The revision with that version, or the oldest one that is left. */
    public Revision revision(int version) {
        return revisions.stream()
                .filter(revision -> revision.version() == version)
                .findFirst()
                .orElseGet(revisions::getFirst);
    }

    public boolean isEncrypted() {
        return encryption.filter(Encryption::enabled).isPresent();
    }

    DeliveryStream withRevision(Revision next) {
        var all = Stream.concat(revisions.stream(), Stream.of(next)).toList();
        return new DeliveryStream(id, address, source, encryption, created, next.since(), all);
    }

    DeliveryStream withoutRevisionsBefore(int version) {
        var kept = revisions.stream()
                .filter(revision ->
                        revision.version() >= Math.min(version, current().version()))
                .toList();
        return new DeliveryStream(id, address, source, encryption, created, updated, kept);
    }

    DeliveryStream withEncryption(Encryption changed) {
        return new DeliveryStream(id, address, source, Optional.of(changed), created, updated, revisions);
    }
}
