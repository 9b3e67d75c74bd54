package io.millrace.clients.flink;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Flink in this process, started with the first job and ended with the process. All tests' jobs share it. */
final class Cluster {
    private static final int PARALLELISM = 2;
    private static final int SLOTS = 16;
    private static final long CHECKPOINT_INTERVAL_MILLIS = 200;
    private static final MiniCluster CLUSTER = start();

    private Cluster() {}

    private static MiniCluster start() {
        var configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        var cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumSlotsPerTaskManager(SLOTS)
                .withRandomPorts()
                .build());
        try {
            cluster.start();
        } catch (Exception e) {
            throw new IllegalStateException("Flink does not start", e);
        }
        return cluster;
    }

    /**
     * For a job that takes checkpoints all the time and is restarted after it stumbled. More than once, because the older
     * source gives its consumer up while it ends, and may meet that when it is just beginning again.
     */
    static StreamExecutionEnvironment environment() {
        var configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        var flink = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        flink.setParallelism(PARALLELISM);
        flink.enableCheckpointing(CHECKPOINT_INTERVAL_MILLIS);
        return flink;
    }

    static JobID submit(StreamExecutionEnvironment flink) throws ExecutionException, InterruptedException {
        return CLUSTER.submitJob(flink.getStreamGraph().getJobGraph()).get().getJobID();
    }

    /** Waits for the end of a job that has one, and throws what it failed with. */
    static void awaitEnd(JobID job) throws Exception {
        CLUSTER.requestJobResult(job).get().toJobExecutionResult(Cluster.class.getClassLoader());
    }

    /** Has a checkpoint taken, and waits until it is complete. */
    static void checkpoint(JobID job) throws ExecutionException, InterruptedException {
        CLUSTER.triggerCheckpoint(job, CheckpointType.DEFAULT).get();
    }

    static void cancel(JobID job) throws ExecutionException, InterruptedException {
        CLUSTER.cancelJob(job).get();
    }
}
