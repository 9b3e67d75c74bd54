package io.millrace.clients.flink;

import io.millrace.clients.support.Millrace;
import java.util.Properties;

/** How the connector finds the server. */
final class Connections {
    private Connections() {}

    static Properties properties(Millrace millrace) {
        var properties = new Properties();
        properties.setProperty("aws.endpoint", millrace.endpoint().toString());
        properties.setProperty("aws.region", Millrace.REGION);
        properties.setProperty("aws.credentials.provider", "BASIC");
        properties.setProperty("aws.credentials.provider.basic.accesskeyid", Millrace.ACCESS_KEY);
        properties.setProperty("aws.credentials.provider.basic.secretkey", Millrace.SECRET_KEY);
        return properties;
    }
}
