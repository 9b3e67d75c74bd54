package io.millrace.clients.sdk1;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.retry.PredefinedRetryPolicies;
import com.amazonaws.services.kinesis.AmazonKinesis;
import com.amazonaws.services.kinesis.AmazonKinesisClientBuilder;
import io.millrace.clients.support.Millrace;
import java.net.URI;

/** Clients of the SDK that make no retries: they would hide a server that fails now and then. */
final class Clients {
    private Clients() {}

    static AmazonKinesis plain() {
        return client(Millrace.running().endpoint(), configuration());
    }

    static ClientConfiguration configuration() {
        return new ClientConfiguration().withRetryPolicy(PredefinedRetryPolicies.NO_RETRY_POLICY);
    }

    static AmazonKinesis client(URI endpoint, ClientConfiguration configuration) {
        return AmazonKinesisClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration(endpoint.toString(), Millrace.REGION))
                .withCredentials(new AWSStaticCredentialsProvider(
                        new BasicAWSCredentials(Millrace.ACCESS_KEY, Millrace.SECRET_KEY)))
                .withClientConfiguration(configuration)
                .build();
    }
}
