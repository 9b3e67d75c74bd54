package io.millrace.firehose.http;

import io.millrace.firehose.delivery.Destination;
import io.millrace.firehose.delivery.Secrets;
import io.millrace.firehose.delivery.StreamIdentity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.AmazonOpenSearchServerlessDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.AmazonopensearchserviceDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.DefaultDocumentIdFormat;
import software.amazon.awssdk.services.firehose.model.DocumentIdOptions;
import software.amazon.awssdk.services.firehose.model.ElasticsearchDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SnowflakeDestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.SplunkDestinationConfiguration;

/**
 * Opens the destinations that are HTTP endpoints. They share one client, which is made with the first of them. May be used by
 * many threads.
 */
public final class HttpDestinations implements AutoCloseable {
    private final HttpDestinationsConfig config;
    private final Secrets secrets;
    private final Supplier<SSLContext> tls;
    private final InstantSource clock;
    private final Pause pause;
    private @Nullable Endpoints endpoints;

    /** @param tls what endpoints' certificates are checked with; asked for with the first destination */
    public HttpDestinations(
            HttpDestinationsConfig config, Secrets secrets, Supplier<SSLContext> tls, InstantSource clock) {
        this(config, secrets, tls, clock, Thread::sleep);
    }

    HttpDestinations(
            HttpDestinationsConfig config,
            Secrets secrets,
            Supplier<SSLContext> tls,
            InstantSource clock,
            Pause pause) {
        this.config = config;
        this.secrets = secrets;
        this.tls = tls;
        this.clock = clock;
        this.pause = pause;
    }

    public Destination httpEndpoint(StreamIdentity stream, HttpEndpointDestinationConfiguration configuration) {
        var accessKey = SecretValue.of(
                configuration.endpointConfiguration().accessKey(),
                configuration.secretsManagerConfiguration(),
                "api_key",
                secrets);
        return new HttpEndpointDestination(
                stream, configuration, endpoints(), accessKey, config.scratchFolder(), clock);
    }

    /** The stream's identity is of no use to Splunk. */
    public Destination splunk(StreamIdentity stream, SplunkDestinationConfiguration configuration) {
        var token = SecretValue.of(
                configuration.hecToken(), configuration.secretsManagerConfiguration(), "hec_token", secrets);
        return new SplunkDestination(configuration, endpoints(), token, config.scratchFolder(), clock, pause);
    }

    public Destination openSearch(
            StreamIdentity stream, AmazonopensearchserviceDestinationConfiguration configuration) {
        return search(
                stream,
                SearchService.OPEN_SEARCH,
                endpoint(configuration.clusterEndpoint(), configuration.domainARN()),
                new SearchIndex(
                        configuration.indexName(),
                        SearchIndex.Rotation.of(configuration.indexRotationPeriodAsString()),
                        orEmpty(configuration.typeName()),
                        documentIds(configuration.documentIdOptions())),
                configuration.retryOptions().durationInSeconds());
    }

    public Destination elasticsearch(StreamIdentity stream, ElasticsearchDestinationConfiguration configuration) {
        return search(
                stream,
                SearchService.ELASTICSEARCH,
                endpoint(configuration.clusterEndpoint(), configuration.domainARN()),
                new SearchIndex(
                        configuration.indexName(),
                        SearchIndex.Rotation.of(configuration.indexRotationPeriodAsString()),
                        orEmpty(configuration.typeName()),
                        documentIds(configuration.documentIdOptions())),
                configuration.retryOptions().durationInSeconds());
    }

    public Destination openSearchServerless(
            StreamIdentity stream, AmazonOpenSearchServerlessDestinationConfiguration configuration) {
        return search(
                stream,
                SearchService.OPEN_SEARCH_SERVERLESS,
                Optional.of(configuration.collectionEndpoint()),
                new SearchIndex(
                        configuration.indexName(),
                        SearchIndex.Rotation.NONE,
                        "",
                        DefaultDocumentIdFormat.FIREHOSE_DEFAULT),
                configuration.retryOptions().durationInSeconds());
    }

    public Destination snowflake(StreamIdentity stream, SnowflakeDestinationConfiguration configuration) {
        var pipe = new SnowflakePipe(
                SnowflakeAccount.of(configuration.accountUrl(), config.snowflakeEndpoints()),
                new SnowflakeLogin(configuration, secrets),
                configuration,
                endpoints(),
                clock);
        return new SnowflakeDestination(stream, configuration, pipe, config.scratchFolder(), clock, pause);
    }

    private Destination search(
            StreamIdentity stream,
            SearchService service,
            Optional<String> endpoint,
            SearchIndex index,
            int retrySeconds) {
        return new SearchDestination(
                stream, service, endpoint, index, Duration.ofSeconds(retrySeconds), endpoints(), config, clock);
    }

    /** The cluster endpoint, or what the settings say of the domain; empty for a domain that nobody told us of. */
    private Optional<String> endpoint(@Nullable String clusterEndpoint, @Nullable String domainArn) {
        if (clusterEndpoint != null) {
            return Optional.of(clusterEndpoint);
        }
        var arn = orEmpty(domainArn);
        var name = arn.substring(arn.lastIndexOf('/') + 1);
        var known = config.searchEndpoints();
        return Optional.ofNullable(known.getOrDefault(arn, known.get(name)));
    }

    private static DefaultDocumentIdFormat documentIds(@Nullable DocumentIdOptions options) {
        return options == null ? DefaultDocumentIdFormat.FIREHOSE_DEFAULT : options.defaultDocumentIdFormat();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private synchronized Endpoints endpoints() {
        var open = endpoints == null ? new Endpoints(tls.get()) : endpoints;
        endpoints = open;
        return open;
    }

    /** Breaks off what is under way. */
    @Override
    public synchronized void close() {
        if (endpoints != null) {
            endpoints.close();
        }
    }
}
