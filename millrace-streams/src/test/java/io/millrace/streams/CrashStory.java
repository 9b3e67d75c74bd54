package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** What happens before the power may fail, what happens then, and what must be true in the end. */
interface CrashStory {
    int STEPS_MAX = 200;

    void prepare(Service service);

    void act(Service service);

    void check(Service service);

    /** Tells it again and again, the power failing one step later each time, until it does not fail any more. */
    default void cutAtEachStep(Path directory) throws Exception {
        for (int steps = 0; steps < STEPS_MAX; steps++) {
            try (var service = Service.in(Files.createDirectory(directory.resolve("cut-" + steps)))) {
                prepare(service);
                service.restart(PowerCut.never());
                boolean wasCut = cut(service, steps);
                service.restart();
                service.settle();
                check(service);
                if (!wasCut) {
                    assertThat(steps).as("the power failed at some step").isPositive();
                    return;
                }
            } catch (AssertionError e) {
                throw new AssertionError("power cut after " + steps + " steps", e);
            }
        }
        throw new AssertionError("never came to an end");
    }

    private boolean cut(Service service, int steps) {
        // The first two steps are the start's own, which reads its secret.
        try {
            service.restart(PowerCut.afterSteps(steps + 2));
            act(service);
            service.settle();
            return false;
        } catch (PowerCut.Cut _) {
            return true;
        }
    }
}
