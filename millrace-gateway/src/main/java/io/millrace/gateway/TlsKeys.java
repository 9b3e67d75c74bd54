package io.millrace.gateway;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and key for TLS, ready when the first client asks for TLS. The user's own files are read at start, so
 * that a mistake is told at once; ours are looked for and, if need be, made in the background, when {@link #prepare} says
 * so or the first client asks.
 */
final class TlsKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsKeys.class);

    private static final Duration MAKING_WAIT_MAX = Duration.ofSeconds(10);

    private final Runnable making;
    private final CompletableFuture<PemPair> files = new CompletableFuture<>();
    private final CompletableFuture<SslContext> context = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final Executor threads;

    TlsKeys(TlsConfig config, InstantSource clock, Executor threads) {
        this.threads = threads;
        making = switch (config) {
            case TlsConfig.SelfSigned selfSigned -> () -> make(selfSigned, clock);
            case TlsConfig.OwnFiles own -> {
                var ownFiles = new PemPair(own.certificate(), own.key());
                requireReadable("tls.certificate", own.certificate());
                requireReadable("tls.key", own.key());
                wanted.set(true);
                context.complete(readOwn(ownFiles));
                yield () -> files.complete(ownFiles);
            }
        };
    }

    /**
     * Has the files looked for, and made if need be; only the first call does something. Not done by the constructor,
     * because that work would keep the processor from what the first requests wait for.
     */
    CompletionStage<?> prepare() {
        if (begun.compareAndSet(false, true)) {
            threads.execute(making);
        }
        return files;
    }

    private void make(TlsConfig.SelfSigned config, InstantSource clock) {
        try {
            files.complete(keep(config, clock));
        } catch (RuntimeException failure) { // the top of its thread
            LOG.error("There is no certificate for TLS; plain HTTP works", failure);
            files.completeExceptionally(failure);
        }
    }

    /** What TLS connections are made with; reads the files with the first call. */
    CompletionStage<SslContext> context() {
        prepare();
        if (wanted.compareAndSet(false, true)) {
            var _ = files.thenApplyAsync(TlsKeys::read, threads).whenComplete((read, failure) -> {
                if (failure == null) {
                    context.complete(read);
                } else {
                    // That there are no files has been told when it was found.
                    if (!files.isCompletedExceptionally()) {
                        LOG.error("The certificate for TLS can't be used; plain HTTP works", failure);
                    }
                    context.completeExceptionally(failure);
                }
            });
        }
        return context;
    }

    /**
     * Waits until nothing is being written any more: what holds the files may be another's, or gone, after this. An
     * interrupt does not shorten the wait.
     */
    @Override
    public void close() {
        if (begun.compareAndSet(false, true)) {
            files.completeExceptionally(new IllegalStateException("closed before there was a certificate"));
        }
        boolean ended = files.handle((_, _) -> true)
                .completeOnTimeout(false, MAKING_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (!ended) {
            LOG.warn("The certificate for TLS is still being made after {}; not waiting for it", MAKING_WAIT_MAX);
        }
    }

    private static PemPair keep(TlsConfig.SelfSigned config, InstantSource clock) {
        var certificate = config.directory().resolve("cert.pem");
        var key = config.directory().resolve("key.pem");
        try {
            SelfSignedCertificate.keep(
                    certificate, key, config.extraNames(), SelfSignedCertificate.hostName(), clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PemPair(certificate, key);
    }

    private static void requireReadable(String setting, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(setting + " (" + file + ") is not a file that can be read");
        }
    }

    private static SslContext readOwn(PemPair files) {
        try {
            var context = read(files);
            if (!files.belongsTogether()) {
                throw new InvalidKeyException("The key is of another certificate");
            }
            return context;
        } catch (IllegalArgumentException | IOException | UncheckedIOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "tls.certificate (" + files.certificate() + ") and tls.key (" + files.key()
                            + ") must be a PEM certificate and its own PKCS #8 key without a password; a key of another"
                            + " kind is converted by: openssl pkcs8 -topk8 -nocrypt -in KEY",
                    e);
        }
    }

    private static SslContext read(PemPair files) {
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1))
                    .build();
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
