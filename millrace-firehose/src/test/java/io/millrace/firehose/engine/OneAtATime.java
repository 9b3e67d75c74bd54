package io.millrace.firehose.engine;

import java.util.List;
import java.util.Set;

/** Checkpoints for several threads. */
record OneAtATime(Checkpoints kept) implements Checkpoints {
    @Override
    public Progress load(Place place) {
        synchronized (kept) {
            return kept.load(place);
        }
    }

    @Override
    public Set<String> finished(long streamId) {
        synchronized (kept) {
            return kept.finished(streamId);
        }
    }

    @Override
    public void intend(Place place, String group, Intent intent) {
        synchronized (kept) {
            kept.intend(place, group, intent);
        }
    }

    @Override
    public void done(Place place, String group, Ahead ahead, long low) {
        synchronized (kept) {
            kept.done(place, group, ahead, low);
        }
    }

    @Override
    public void advance(Place place, long low) {
        synchronized (kept) {
            kept.advance(place, low);
        }
    }

    @Override
    public void finish(Place place) {
        synchronized (kept) {
            kept.finish(place);
        }
    }

    @Override
    public List<VersionStart> versionStarts(Place place) {
        synchronized (kept) {
            return kept.versionStarts(place);
        }
    }

    @Override
    public void startVersion(Place place, VersionStart start) {
        synchronized (kept) {
            kept.startVersion(place, start);
        }
    }

    @Override
    public Set<Long> streams() {
        synchronized (kept) {
            return kept.streams();
        }
    }

    @Override
    public void forget(long streamId) {
        synchronized (kept) {
            kept.forget(streamId);
        }
    }
}
