package io.millrace.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What those who asked are to be told: one task for each executor that they named, however many they are. To wake a thread
 * for each of them costs more than storing what they appended, above all if it runs on the processor of the one that
 * wakes it. The committer's; a task belongs to its executor once it is handed over.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** As many as there are event loops: few enough to look through. */
    private final List<Group> groups = new ArrayList<>();

    /** @param outcome what the request completes with: a result of its kind, or the exception that refuses it */
    void add(Request request, Object outcome) {
        groupOf(request.executor()).add(request, outcome);
    }

    private Group groupOf(Executor executor) {
        for (var present : groups) {
            if (present.executor.equals(executor)) {
                return present;
            }
        }
        var fresh = new Group(executor);
        groups.add(fresh);
        return fresh;
    }

    /** Tells them, and begins anew. */
    void tell() {
        groups.forEach(Group::tell);
        groups.clear();
    }

    /** Those whom one executor tells. Belongs to that from then on. */
    private static final class Group implements Runnable {
        private final Executor executor;
        private final List<Request> requests = new ArrayList<>();
        private final List<Object> outcomes = new ArrayList<>();

        Group(Executor executor) {
            this.executor = executor;
        }

        void add(Request request, Object outcome) {
            requests.add(request);
            outcomes.add(outcome);
        }

        void tell() {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException _) {
                // It has ended before the log; who waits all the same is told here.
                run();
            } catch (RuntimeException | Error e) {
                LOG.error("Appends cannot be answered where they should be", e);
                run();
            }
        }

        @Override
        public void run() {
            for (int index = 0; index < requests.size(); index++) {
                complete(requests.get(index), outcomes.get(index));
            }
        }

        @SuppressWarnings("unchecked") // Commit.admit makes the outcome that the request's kind asks for
        private static void complete(Request request, Object outcome) {
            if (outcome instanceof RuntimeException refusal) {
                request.done().completeExceptionally(refusal);
                return;
            }
            switch (request) {
                case Request.Append append -> append.done().complete((List<AppendResult>) outcome);
                case Request.Step step -> step.done().complete((Long) outcome);
                case Request.Stop _ -> throw new AssertionError(request);
            }
        }
    }
}
