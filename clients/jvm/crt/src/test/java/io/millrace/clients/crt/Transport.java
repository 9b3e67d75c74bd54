package io.millrace.clients.crt;

import io.millrace.clients.support.Millrace;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A way from the SDK to the server. Over TLS the certificate is not checked: the SDK gives the CRT no other authorities than the
 * machine's.
 */
enum Transport {
    SYNC_HTTP1(Scheme.PLAIN),
    SYNC_HTTP1_TLS(Scheme.TLS),
    ASYNC_HTTP1(Scheme.PLAIN),
    ASYNC_HTTP1_TLS(Scheme.TLS),
    ASYNC_HTTP2(Scheme.PLAIN),
    ASYNC_HTTP2_TLS(Scheme.TLS);

    private enum Scheme {
        PLAIN,
        TLS
    }

    static final AttributeMap TRUST_ALL = AttributeMap.builder()
            .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
            .build();

    private final Scheme scheme;

    Transport(Scheme scheme) {
        this.scheme = scheme;
    }

    /** A client that makes no retries: they would hide a server that fails now and then. */
    Kinesis connect(Millrace millrace) {
        return switch (this) {
            case SYNC_HTTP1, SYNC_HTTP1_TLS ->
                new Blocking(configured(KinesisClient.builder(), endpoint(millrace))
                        .httpClient(AwsCrtHttpClient.builder().buildWithDefaults(TRUST_ALL))
                        .build());
            case ASYNC_HTTP1, ASYNC_HTTP1_TLS, ASYNC_HTTP2, ASYNC_HTTP2_TLS -> new Waiting(connectAsync(millrace));
        };
    }

    /** The asynchronous client itself, for a transport that has one. */
    KinesisAsyncClient connectAsync(Millrace millrace) {
        return switch (this) {
            case SYNC_HTTP1, SYNC_HTTP1_TLS -> throw new AssertionError(this + " is not asynchronous");
            case ASYNC_HTTP1, ASYNC_HTTP1_TLS -> async(millrace, Protocol.HTTP1_1);
            case ASYNC_HTTP2, ASYNC_HTTP2_TLS -> async(millrace, Protocol.HTTP2);
        };
    }

    private KinesisAsyncClient async(Millrace millrace, Protocol protocol) {
        return async(
                endpoint(millrace),
                AwsCrtAsyncHttpClient.builder().protocol(protocol).buildWithDefaults(TRUST_ALL));
    }

    static KinesisAsyncClient async(URI endpoint, SdkAsyncHttpClient http) {
        return configured(KinesisAsyncClient.builder(), endpoint)
                .httpClient(http)
                .build();
    }

    private URI endpoint(Millrace millrace) {
        return switch (scheme) {
            case PLAIN -> millrace.endpoint();
            case TLS -> millrace.tlsEndpoint();
        };
    }

    private static <B extends AwsClientBuilder<B, C>, C> B configured(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.of(Millrace.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)))
                .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    }

    private record Blocking(KinesisClient client) implements Kinesis {
        @Override
        public <I, O> O call(Operation<I, O> operation, I input) {
            return operation.sync().apply(client, input);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private record Waiting(KinesisAsyncClient client) implements Kinesis {
        @Override
        public <I, O> O call(Operation<I, O> operation, I input) {
            return await(operation.async().apply(client, input));
        }

        private static <T> T await(CompletableFuture<T> reply) {
            try {
                return reply.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException refusal) {
                    throw refusal;
                }
                throw e;
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
