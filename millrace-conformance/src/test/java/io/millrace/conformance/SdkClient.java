package io.millrace.conformance;

import io.millrace.server.Millrace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.function.Consumer;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The ways in which the AWS SDK for Java reaches a server. All of them are used through the blocking interface. */
enum SdkClient {
    URL_CONNECTION,
    URL_CONNECTION_TLS,
    APACHE,
    APACHE_TLS,
    /** HTTP/2 with prior knowledge. */
    NETTY_HTTP2,
    NETTY_HTTP2_TLS;

    /** What the table of clients calls it. */
    String documentedName() {
        return switch (this) {
            case URL_CONNECTION, URL_CONNECTION_TLS, APACHE, APACHE_TLS -> "synchronous (Apache, URLConnection)";
            case NETTY_HTTP2, NETTY_HTTP2_TLS -> "asynchronous (Netty)";
        };
    }

    /** What its tests show in this table, beside the others of the same name. */
    String carries(String encoding) {
        return switch (this) {
            case URL_CONNECTION, APACHE -> encoding + " over HTTP/1.1";
            case NETTY_HTTP2 -> encoding + " over HTTP/2";
            case URL_CONNECTION_TLS, APACHE_TLS, NETTY_HTTP2_TLS -> "TLS";
        };
    }

    KinesisClient connect(Millrace millrace) {
        return connect(millrace, _ -> {});
    }

    KinesisClient connect(Millrace millrace, Consumer<ClientOverrideConfiguration.Builder> more) {
        return switch (this) {
            case URL_CONNECTION -> urlConnection(millrace.endpoint(), UrlConnectionHttpClient.builder(), more);
            case URL_CONNECTION_TLS ->
                urlConnection(
                        millrace.tlsEndpoint(),
                        UrlConnectionHttpClient.builder().tlsTrustManagersProvider(() -> trusting(millrace)),
                        more);
            case APACHE -> apache(millrace.endpoint(), ApacheHttpClient.builder(), more);
            case APACHE_TLS ->
                apache(
                        millrace.tlsEndpoint(),
                        ApacheHttpClient.builder().tlsTrustManagersProvider(() -> trusting(millrace)),
                        more);
            case NETTY_HTTP2 -> netty(millrace.endpoint(), NettyNioAsyncHttpClient.builder(), more);
            case NETTY_HTTP2_TLS ->
                netty(
                        millrace.tlsEndpoint(),
                        NettyNioAsyncHttpClient.builder().tlsTrustManagersProvider(() -> trusting(millrace)),
                        more);
        };
    }

    /** A client of a server in another process. */
    static KinesisClient connect(URI endpoint) {
        return apache(endpoint, ApacheHttpClient.builder().maxConnections(100), _ -> {});
    }

    /** The client that can subscribe: HTTP/2 with prior knowledge, many streams on one connection. */
    static KinesisAsyncClient connectAsync(URI endpoint) {
        return configured(KinesisAsyncClient.builder(), endpoint, _ -> {})
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .build();
    }

    private static KinesisClient urlConnection(
            URI endpoint, UrlConnectionHttpClient.Builder http, Consumer<ClientOverrideConfiguration.Builder> more) {
        return configured(KinesisClient.builder(), endpoint, more)
                .httpClientBuilder(http)
                .build();
    }

    private static KinesisClient apache(
            URI endpoint, ApacheHttpClient.Builder http, Consumer<ClientOverrideConfiguration.Builder> more) {
        return configured(KinesisClient.builder(), endpoint, more)
                .httpClientBuilder(http)
                .build();
    }

    private static KinesisClient netty(
            URI endpoint, NettyNioAsyncHttpClient.Builder http, Consumer<ClientOverrideConfiguration.Builder> more) {
        return BlockingKinesis.over(configured(KinesisAsyncClient.builder(), endpoint, more)
                .httpClientBuilder(http)
                .build());
    }

    /** Without retries, which would hide a server that fails now and then. */
    private static <B extends AwsClientBuilder<B, C>, C> B configured(
            B builder, URI endpoint, Consumer<ClientOverrideConfiguration.Builder> more) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("millrace", "millrace")))
                .overrideConfiguration(options -> {
                    options.retryStrategy(DefaultRetryStrategy.doNotRetry());
                    more.accept(options);
                });
    }

    private static TrustManager[] trusting(Millrace millrace) {
        return trusting(millrace.certificate());
    }

    /** Trusts the one certificate in this PEM file and no other. */
    static TrustManager[] trusting(Path certificate) {
        try (var pem = Files.newInputStream(certificate)) {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "millrace", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate in " + certificate + " can't be used", e);
        }
    }
}
