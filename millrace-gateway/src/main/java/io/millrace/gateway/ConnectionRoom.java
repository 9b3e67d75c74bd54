package io.millrace.gateway;

import java.util.List;

/**
 * Makes room for a newcomer when there are as many connections as there may be: closes the one that has been without a
 * request for longest. Asks one lane after the other, each on its own loop, so it may be used by any thread.
 */
final class ConnectionRoom {
    private final List<Lane> lanes;

    ConnectionRoom(List<Lane> lanes) {
        this.lanes = lanes;
    }

    /** Who wants to come in; told on one of the lanes. */
    interface Newcomer {
        void welcome();

        /** All others have a request. */
        void refuse();
    }

    void makeFor(Newcomer newcomer) {
        ask(0, lanes.getFirst(), Connection.BUSY, newcomer);
    }

    private void ask(int laneIndex, Lane idlest, int idleSweeps, Newcomer newcomer) {
        if (laneIndex == lanes.size()) {
            idlest.later(() -> {
                if (idlest.closesIdlest()) {
                    newcomer.welcome();
                } else {
                    newcomer.refuse();
                }
            });
            return;
        }
        var lane = lanes.get(laneIndex);
        lane.later(() -> {
            int here = lane.longestIdleSweeps();
            ask(laneIndex + 1, here > idleSweeps ? lane : idlest, Math.max(here, idleSweeps), newcomer);
        });
    }
}
