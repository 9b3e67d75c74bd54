package io.millrace.clients.spark;

import org.apache.spark.sql.SparkSession;

/** Spark in this process, started with the first query and ended with the process. All tests' queries share it. */
final class Spark {
    private static final SparkSession SESSION = start();

    private Spark() {}

    private static SparkSession start() {
        return SparkSession.builder()
                .appName("millrace")
                .master("local[4]")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.ui.enabled", false)
                .config("spark.sql.warehouse.dir", "target/warehouse")
                .getOrCreate();
    }

    static SparkSession session() {
        return SESSION;
    }
}
