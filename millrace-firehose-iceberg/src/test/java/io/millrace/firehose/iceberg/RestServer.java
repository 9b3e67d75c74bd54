package io.millrace.firehose.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;

/**
 * A REST catalog for tests: Iceberg's own handlers of the protocol's requests, over its catalog in SQLite, behind the JDK's
 * HTTP server. Only the routes that delivery uses; it can fail and lose answers on command.
 */
public final class RestServer implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final JdbcCatalog catalog;
    private final HttpServer server;
    private final String token;
    final List<String> requests = new ArrayList<>();
    /** Commits are made, and their answers and all that follow are errors. */
    volatile boolean losesAnswers;

    private boolean isLost;

    public RestServer(Path folder, FileIO files, String warehouse, String token) throws IOException {
        this.token = token;
        json.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        json.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
        RESTSerializers.registerAll(json);
        catalog = new JdbcCatalog(_ -> files, null, true);
        catalog.initialize(
                "tests", Map.of("uri", "jdbc:sqlite:" + folder.resolve("catalog.db"), "warehouse", warehouse));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A table as the catalog knows it, without the detour over HTTP. */
    public Table load(TableIdentifier name) {
        return catalog.loadTable(name);
    }

    public boolean has(TableIdentifier name) {
        return catalog.tableExists(name);
    }

    public void loseAnswers(boolean lose) {
        losesAnswers = lose;
    }

    public URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            try {
                if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    error(exchange, 401, "NotAuthorizedException", "no token");
                    return;
                }
                isLost &= losesAnswers;
                if (isLost) {
                    error(exchange, 500, "InternalServerError", "down");
                    return;
                }
                var answer = answer(exchange);
                isLost = losesAnswers && answer.lost;
                if (isLost) {
                    error(exchange, 500, "InternalServerError", "lost");
                } else {
                    send(exchange, answer.body == null ? 204 : 200, answer.body);
                }
            } catch (NoSuchTableException | NoSuchNamespaceException e) {
                error(exchange, 404, e.getClass().getSimpleName(), e.getMessage());
            } catch (AlreadyExistsException | CommitFailedException e) {
                error(exchange, 409, e.getClass().getSimpleName(), e.getMessage());
            }
        }
    }

    /** @param lost whether it is one that can be lost */
    private record Answer(Object body, boolean lost) {}

    private Answer answer(HttpExchange exchange) throws IOException {
        var path = List.of(exchange.getRequestURI().getRawPath().substring(1).split("/"));
        boolean posts = exchange.getRequestMethod().equals("POST");
        if (path.get(1).equals("config")) {
            return new Answer(ConfigResponse.builder().build(), false);
        }
        if (path.size() == 2) {
            return new Answer(
                    CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class)), false);
        }
        var namespace = Namespace.of(URLDecoder.decode(path.get(2), StandardCharsets.UTF_8));
        if (path.size() == 3) {
            return new Answer(CatalogHandlers.loadNamespace(catalog, namespace), false);
        }
        if (path.size() == 4) {
            return new Answer(
                    CatalogHandlers.createTable(catalog, namespace, read(exchange, CreateTableRequest.class)), false);
        }
        var table = TableIdentifier.of(namespace, path.get(4));
        if (path.size() == 6) {
            return new Answer(null, false); // a report of metrics
        }
        return posts
                ? new Answer(
                        CatalogHandlers.updateTable(catalog, table, read(exchange, UpdateTableRequest.class)), true)
                : new Answer(CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL), false);
    }

    private <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
        return json.readValue(exchange.getRequestBody(), type);
    }

    private void error(HttpExchange exchange, int status, String type, String message) throws IOException {
        send(
                exchange,
                status,
                ErrorResponse.builder()
                        .responseCode(status)
                        .withType(type)
                        .withMessage(message)
                        .build());
    }

    private void send(HttpExchange exchange, int status, Object body) throws IOException {
        if (body == null || exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        var bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        catalog.close();
    }
}
