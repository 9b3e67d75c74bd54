package io.millrace.clients.kcl;

import software.amazon.kinesis.leases.LeaseManagementConfig;

/** Makes the library notice in seconds what it usually notices in minutes. */
final class Pace {
    private static final long LEASE_MILLIS = 3_000;
    private static final long ASSIGNMENT_INTERVAL_MILLIS = 1_000;
    private static final long AUDIT_INTERVAL_MILLIS = 2_000;
    private static final long LEADER_MILLIS = 3_000;
    private static final long HEARTBEAT_INTERVAL_MILLIS = 1_000;
    private static final long METRICS_INTERVAL_MILLIS = 1_000;
    private static final long METRICS_CAPTURE_INTERVAL_MILLIS = 500;

    private Pace() {}

    static LeaseManagementConfig quick(LeaseManagementConfig leases) {
        // Its measures of the machine come from EC2's and ECS's metadata services.
        leases.workerUtilizationAwareAssignmentConfig()
                .disableWorkerMetrics(true)
                .workerMetricsReporterFreqInMillis(METRICS_INTERVAL_MILLIS)
                .inMemoryWorkerMetricsCaptureFrequencyMillis(METRICS_CAPTURE_INTERVAL_MILLIS);
        return leases.failoverTimeMillis(LEASE_MILLIS)
                .leaseAssignmentIntervalMillis(ASSIGNMENT_INTERVAL_MILLIS)
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(LEADER_MILLIS)
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(HEARTBEAT_INTERVAL_MILLIS)
                .shardSyncIntervalMillis(AUDIT_INTERVAL_MILLIS)
                .leasesRecoveryAuditorExecutionFrequencyMillis(AUDIT_INTERVAL_MILLIS);
    }
}
