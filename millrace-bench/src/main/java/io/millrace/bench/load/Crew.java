package io.millrace.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The lanes of one run: starts them, takes the CPU time over the window, and waits until all errands are done. */
final class Crew {
    private static final Duration CLEARING_UP_MAX = Duration.ofMinutes(2);

    private final List<Lane> lanes = new ArrayList<>();
    private final Window window;
    private final OptionalLong serverPid;
    private Duration measured = Duration.ZERO;
    private double driverCores;
    private OptionalDouble serverCores = OptionalDouble.empty();

    Crew(Window window, OptionalLong serverPid) {
        this.window = window;
        this.serverPid = serverPid;
    }

    void hire(InetSocketAddress address, List<? extends Errand> errands) throws IOException {
        if (!errands.isEmpty()) {
            lanes.add(new Lane(address, "lane-" + lanes.size(), errands));
        }
    }

    /** Returns when all is done; what ended a lane early is counted as an error. */
    void work(Tally errors) throws InterruptedException {
        lanes.forEach(Lane::start);
        waitUntil(window.startNanos());
        var driverBefore = driverCpu();
        var serverBefore = serverCpu();
        waitUntil(window.endNanos());
        // Earlier than the window's end when there was no more to do.
        measured = Duration.ofNanos(Math.min(System.nanoTime(), window.endNanos()) - window.startNanos());
        double seconds = measured.toNanos() / 1e9;
        driverCores = driverCpu().minus(driverBefore).toNanos() / 1e9 / seconds;
        if (serverPid.isPresent()) {
            serverCores = OptionalDouble.of(serverCpu().minus(serverBefore).toNanos() / 1e9 / seconds);
        }
        for (var lane : lanes) {
            if (!lane.finishedWithin(CLEARING_UP_MAX)) {
                errors.failed("a lane did not come to its end");
            }
            lane.failure().ifPresent(failure -> errors.failed(failure.toString()));
        }
    }

    /** How much of the window there was work for. */
    Duration measured() {
        return measured;
    }

    double driverCores() {
        return driverCores;
    }

    OptionalDouble serverCores() {
        return serverCores;
    }

    private void waitUntil(long nanos) throws InterruptedException {
        for (var lane : lanes) {
            var left = Duration.ofNanos(nanos - System.nanoTime());
            if (left.isPositive()) {
                lane.finishedWithin(left);
            }
        }
    }

    private static Duration driverCpu() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Duration.ofNanos(system.getProcessCpuTime());
    }

    private Duration serverCpu() {
        return serverPid.isPresent()
                ? ProcessHandle.of(serverPid.getAsLong())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }
}
