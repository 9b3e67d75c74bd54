package io.millrace.firehose.redshift;

import io.millrace.firehose.delivery.MissingSecretException;
import io.millrace.firehose.delivery.Secrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import software.amazon.awssdk.services.firehose.model.RedshiftDestinationConfiguration;

/**
 * The server a table is on. Redshift speaks PostgreSQL's protocol, so one driver does for both; which of them it is, the server
 * says.
 */
final class Database {
    private static final String REDSHIFT_SCHEME = "jdbc:redshift:";
    private static final Duration CONNECT_WAIT_MAX = Duration.ofSeconds(10);
    /** A COPY of a large batch takes its time; a server that is silent for this long is gone. */
    private static final Duration ANSWER_WAIT_MAX = Duration.ofMinutes(15);

    private final RedshiftDestinationConfiguration configuration;
    private final Secrets secrets;

    Database(RedshiftDestinationConfiguration configuration, Secrets secrets) {
        this.configuration = configuration;
        this.secrets = secrets;
    }

    Connection connect() throws SQLException, MissingSecretException {
        var properties = login();
        properties.setProperty("ApplicationName", "millrace");
        properties.setProperty("loginTimeout", String.valueOf(CONNECT_WAIT_MAX.toSeconds()));
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_WAIT_MAX.toSeconds()));
        properties.setProperty("socketTimeout", String.valueOf(ANSWER_WAIT_MAX.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        var url = configuration.clusterJDBCURL();
        var connection = new Driver()
                .connect(
                        url.startsWith(REDSHIFT_SCHEME)
                                ? "jdbc:postgresql:" + url.substring(REDSHIFT_SCHEME.length())
                                : url,
                        properties);
        if (connection == null) {
            throw new SQLException("Not the URL of a database: " + url, "08001");
        }
        return connection;
    }

    private Properties login() throws MissingSecretException {
        var login = new Properties();
        var manager = configuration.secretsManagerConfiguration();
        if (manager != null && Boolean.TRUE.equals(manager.enabled())) {
            login.setProperty("user", secrets.member(manager.secretARN(), "username"));
            login.setProperty("password", secrets.member(manager.secretARN(), "password"));
            return login;
        }
        if (configuration.username() != null) {
            login.setProperty("user", configuration.username());
        }
        if (configuration.password() != null) {
            login.setProperty("password", configuration.password());
        }
        return login;
    }

    boolean isRedshift(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var version = statement.executeQuery("SELECT version()")) {
            return version.next() && version.getString(1).contains("Redshift");
        }
    }
}
