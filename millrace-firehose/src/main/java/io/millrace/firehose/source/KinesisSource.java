package io.millrace.firehose.source;

import io.millrace.model.Namespace;
import io.millrace.streams.StreamReader;
import io.millrace.streams.StreamReader.SeenShard;
import io.millrace.streams.StreamReader.SeenStream;
import java.util.Collection;
import java.util.Set;

/**
 * A stream of this server as a source. A shard's id carries the stream's incarnation, so that a stream that was deleted
 * and made again under the same name is read from its beginning.
 */
public final class KinesisSource implements Source {
    private static final int ARN_PARTS = 6;
    private static final String ARN_RESOURCE = "stream/";

    private final StreamReader streams;
    private final Namespace namespace;
    private final String name;
    private final String arn;

    /** @param arn the stream's, checked when the delivery stream was made */
    public KinesisSource(StreamReader streams, String arn) {
        this.streams = streams;
        this.arn = arn;
        var parts = arn.split(":", ARN_PARTS);
        if (parts.length < ARN_PARTS || !parts[5].startsWith(ARN_RESOURCE)) {
            throw new IllegalArgumentException(arn + " is not the ARN of a stream");
        }
        namespace = new Namespace(parts[4], parts[3]);
        name = parts[5].substring(ARN_RESOURCE.length());
    }

    @Override
    public Collection<SourceShard> shards(Set<String> finished) {
        var stream = streams.find(namespace, name)
                .orElseThrow(() -> new SourceUnavailableException("there is no active stream " + arn));
        return stream.shards().stream()
                .filter(shard -> !finished.contains(KinesisShard.idOf(stream, shard)))
                .filter(shard -> parentsAreFinished(stream, shard, finished))
                .<SourceShard>map(shard -> new KinesisShard(streams, stream, shard))
                .toList();
    }

    /** Parents that have expired are finished with. */
    private static boolean parentsAreFinished(SeenStream stream, SeenShard shard, Set<String> finished) {
        return stream.shards().stream()
                .filter(other -> shard.parents().contains(other.index()))
                .allMatch(parent -> finished.contains(KinesisShard.idOf(stream, parent)));
    }

    @Override
    public void close() {
        // The streams are not ours.
    }
}
