package io.millrace.clients.kcl;

import software.amazon.kinesis.leases.LeaseManagementConfig;

/** Makes the library notice in seconds what it usually notices in minutes. */
final class Pace {
    private static final long LEASE_MILLIS = 3_000;
    private static final long AUDIT_INTERVAL_MILLIS = 2_000;

    private Pace() {}

    static LeaseManagementConfig quick(LeaseManagementConfig leases) {
        return leases.failoverTimeMillis(LEASE_MILLIS)
                .shardSyncIntervalMillis(AUDIT_INTERVAL_MILLIS)
                .leasesRecoveryAuditorExecutionFrequencyMillis(AUDIT_INTERVAL_MILLIS);
    }
}
