package io.millrace.clients.sdk1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.SdkClientException;
import io.millrace.clients.support.Millrace;
import io.millrace.clients.support.TestStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over TLS, with the server's own certificate as the only one trusted. */
class TlsTest {
    private final Millrace millrace = Millrace.running();

    @Test
    void aRecordGoesThroughTls(@TempDir Path directory) throws Exception {
        var configuration = Clients.configuration();
        configuration
                .getApacheHttpClientConfig()
                .setSslSocketFactory(
                        new SSLConnectionSocketFactory(contextThatTrusts(millrace.writeTrustStore(directory))));
        var kinesis = Clients.client(millrace.tlsEndpoint(), configuration);
        try (var stream = TestStream.create(millrace, 1)) {
            assertThat(kinesis.putRecord(stream.name(), ByteBuffer.allocate(1), "key")
                            .getSequenceNumber())
                    .isNotEmpty();
        }
    }

    private static SSLContext contextThatTrusts(Path trustStore) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(trustStore)) {
            trusted.load(in, Millrace.TRUST_STORE_PASSWORD.toCharArray());
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Test
    void theCertificateIsChecked() {
        var kinesis = Clients.client(millrace.tlsEndpoint(), Clients.configuration());
        assertThatExceptionOfType(SdkClientException.class)
                .isThrownBy(kinesis::listStreams)
                .withCauseInstanceOf(SSLHandshakeException.class);
    }
}
