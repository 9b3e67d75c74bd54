package io.millrace.opensearch;

import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** What the server's process runs: one node that looks for no others. */
final class SearchNode {
    static final String READY = "OpenSearch is ready";

    private SearchNode() {}

    /** @param arguments the folder to live in, and the port to listen on */
    public static void main(String[] arguments) throws InterruptedException {
        var folder = arguments[0];
        var port = arguments[1];
        var runner = new OpenSearchRunner();
        runner.onBuild((_, settings) -> settings.put("http.port", port)
                .put("transport.port", "0")
                .put("discovery.type", "single-node")
                // A developer's disk that is nearly full is no reason to refuse a few documents.
                .put("cluster.routing.allocation.disk.threshold_enabled", false));
        runner.build(OpenSearchRunner.newConfigs()
                .basePath(folder)
                .numOfNode(1)
                .clusterName("millrace-tests-" + port)
                .build());
        System.out.println(READY);
        new CountDownLatch(1).await(); // till the process is ended
    }
}
