package io.millrace.firehose.definition;

import java.time.Instant;

/**
 * A destination as one version of a delivery stream has it. Records that arrived before a newer version began are still
 * delivered by this one.
 *
 * @param version 1 at creation
 * @param since when it began: records that arrived from then on are delivered by it, until the next begins
 * @param given as clients gave it
 * @param destination the same with every default filled in: what to deliver by, and what descriptions show
 */
public record Revision(
        int version, Instant since, DestinationConfiguration given, DestinationConfiguration destination) {
    public static Revision of(int version, Instant since, DestinationConfiguration given) {
        return new Revision(version, since, given, given.withDefaults());
    }
}
