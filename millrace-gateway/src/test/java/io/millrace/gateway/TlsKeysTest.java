package io.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsKeysTest {
    private static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    @Test
    void makesACertificateUnderAnAuthorityThatSignedIt() throws Exception {
        keep(NOW, "door.example", "192.0.2.7");

        var chain = read();
        var server = chain.get(0);
        var authority = chain.get(1);
        server.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        server.checkValidity(Date.from(NOW));
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(authority.getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> (String) name.get(1))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "door.example", "192.0.2.7");
    }

    @Test
    void keepsTheKeyToItself() throws Exception {
        keep(NOW);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsACertificateThatStillServes() throws Exception {
        keep(NOW, "door.example");
        var first = Files.readString(directory.resolve("cert.pem"));

        keep(NOW.plus(Duration.ofDays(700)));
        assertThat(directory.resolve("cert.pem")).hasContent(first);
    }

    @Test
    void makesANewOneWhenTheOldOneEndsSoonOrLacksAName() throws Exception {
        keep(NOW);
        var first = Files.readString(directory.resolve("cert.pem"));

        keep(NOW.plus(Duration.ofDays(800)));
        var second = Files.readString(directory.resolve("cert.pem"));
        assertThat(second).isNotEqualTo(first);

        keep(NOW.plus(Duration.ofDays(800)), "door.example");
        assertThat(Files.readString(directory.resolve("cert.pem"))).isNotEqualTo(second);
    }

    @Test
    void keepsItsCertificateWhenTheMachineGetsAnotherName() throws Exception {
        keepOn("first.example", NOW);
        var first = Files.readString(directory.resolve("cert.pem"));
        assertThat(read().getFirst().getSubjectAlternativeNames())
                .extracting(name -> (String) name.get(1))
                .contains("first.example");

        keepOn("second.example", NOW);
        assertThat(directory.resolve("cert.pem")).hasContent(first);
    }

    @Test
    void vouchesForNamesInTheFormThatDnsGivesThem() throws Exception {
        keep(NOW, "m\u00fcnchen.example", "*.door.example", "my_door");
        var first = Files.readString(directory.resolve("cert.pem"));
        assertThat(read().getFirst().getSubjectAlternativeNames())
                .extracting(name -> (String) name.get(1))
                .contains("xn--mnchen-3ya.example", "*.door.example", "my_door");

        keep(NOW, "m\u00fcnchen.example", "*.door.example", "my_door");
        assertThat(directory.resolve("cert.pem")).hasContent(first);
    }

    @Test
    void refusesNamesThatNoClientCanAskFor() {
        for (var name : List.of("", "a..b", "two words", "door:4567", "-door", "x".repeat(64))) {
            assertThatThrownBy(() -> new TlsConfig.SelfSigned(directory, List.of(name)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tls.names")
                    .hasMessageContaining('"' + name + '"');
        }
    }

    @Test
    void leavesOutAMachinesNameThatNoClientCanAskFor() throws Exception {
        keepOn("two words", NOW);
        assertThat(read().getFirst().getSubjectAlternativeNames())
                .extracting(name -> (String) name.get(1))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void keepsTheAuthoritysNameToTheLengthThatClientsTake() throws Exception {
        keepOn("h".repeat(63), NOW);
        assertThat(read().get(1).getSubjectX500Principal().getName())
                .isEqualTo("CN=Millrace certificate authority of " + "h".repeat(30));
    }

    @Test
    void makesANewOneInPlaceOfOneThatCanNotBeRead() throws Exception {
        Files.writeString(directory.resolve("cert.pem"), "torn");
        Files.writeString(directory.resolve("key.pem"), "torn");

        keep(NOW);
        assertThat(read()).hasSize(2);
    }

    @Test
    void makesANewOneWhenTheKeyIsTornOrOfAnotherPair() throws Exception {
        keep(NOW);
        var first = Files.readString(directory.resolve("cert.pem"));
        var otherKey = Files.readString(directory.resolve("key.pem"));

        Files.writeString(directory.resolve("key.pem"), "");
        keep(NOW);
        var second = Files.readString(directory.resolve("cert.pem"));
        assertThat(second).isNotEqualTo(first);

        Files.writeString(directory.resolve("key.pem"), otherKey);
        keep(NOW);
        assertThat(directory.resolve("cert.pem")).content().isNotEqualTo(second);
        assertThat(new PemPair(directory.resolve("cert.pem"), directory.resolve("key.pem")).belongsTogether())
                .isTrue();
    }

    @Test
    void refusesTheUsersCertificateWithAKeyOfAnotherPair() throws Exception {
        keep(NOW);
        var otherKey = Files.move(directory.resolve("key.pem"), directory.resolve("other.pem"));
        keep(NOW);

        var mixed = new TlsConfig.OwnFiles(directory.resolve("cert.pem"), otherKey);
        assertThatThrownBy(() -> new TlsKeys(mixed, () -> NOW, Runnable::run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls.certificate (" + mixed.certificate() + ")")
                .hasMessageContaining("tls.key (" + otherKey + ")")
                .hasRootCauseMessage("The key is of another certificate");
    }

    @Test
    void takesTheUsersOwnFiles() throws Exception {
        keep(NOW);
        var own = new TlsConfig.OwnFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));

        var keys = new TlsKeys(own, () -> NOW, Runnable::run);
        assertThat(keys.context().toCompletableFuture()).isCompletedWithValueMatching(context -> context.isServer());
    }

    @Test
    void saysWhichOfTheUsersFilesIsOfNoUse() throws Exception {
        var missing = new TlsConfig.OwnFiles(directory.resolve("none.pem"), directory.resolve("key.pem"));
        assertThatThrownBy(() -> new TlsKeys(missing, () -> NOW, Runnable::run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls.certificate (" + directory.resolve("none.pem") + ")");

        Files.writeString(directory.resolve("cert.pem"), "nonsense");
        Files.writeString(directory.resolve("key.pem"), "nonsense");
        var nonsense = new TlsConfig.OwnFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));
        assertThatThrownBy(() -> new TlsKeys(nonsense, () -> NOW, Runnable::run))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls.key")
                .hasMessageContaining("openssl pkcs8");
    }

    @Test
    void writesNothingOnceItIsClosed() throws Exception {
        var making = new CompletableFuture<Thread>();
        var mayWrite = new CountDownLatch(1);
        var keys = new TlsKeys(
                new TlsConfig.SelfSigned(directory, List.of()),
                () -> NOW,
                task -> making.complete(Thread.ofVirtual().start(() -> {
                    TestDoor.await(mayWrite);
                    task.run();
                })));
        keys.prepare();

        var closer = Thread.ofPlatform().start(keys::close);
        try {
            closer.interrupt();
            assertThat(closer.join(Duration.ofMillis(50))).isFalse();
        } finally {
            mayWrite.countDown();
        }
        closer.join();
        assertThat(read()).hasSize(2);
        making.join().join();
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void makesNothingBeforeItIsToldToAndNothingAfterItIsClosed() {
        var threads = new ArrayDeque<Runnable>();
        var keys = new TlsKeys(new TlsConfig.SelfSigned(directory, List.of()), () -> NOW, threads::add);
        assertThat(threads).isEmpty();

        keys.close();
        keys.prepare();
        assertThat(threads).isEmpty();
    }

    @Test
    void makesTheFilesOnceForAllWhoWantThem() throws Exception {
        var threads = new ArrayDeque<Runnable>();
        var keys = new TlsKeys(new TlsConfig.SelfSigned(directory, List.of()), () -> NOW, threads::add);

        keys.prepare();
        var context = keys.context().toCompletableFuture();
        threads.remove().run();
        threads.remove().run();

        assertThat(threads).isEmpty();
        assertThat(read()).hasSize(2);
        assertThat(context).isCompleted();
    }

    @Test
    void saysOnceInTheLogThatTheKeptFilesCanNotBeRead() throws Exception {
        var threads = new ArrayDeque<Runnable>();
        var keys = new TlsKeys(new TlsConfig.SelfSigned(directory, List.of()), () -> NOW, threads::add);
        keys.prepare();
        threads.remove().run();
        Files.writeString(directory.resolve("key.pem"), "torn");

        var told = new ArrayList<LogRecord>();
        var log = Logger.getLogger(TlsKeys.class.getName());
        var handler = handler(told);
        log.addHandler(handler);
        try {
            var first = keys.context().toCompletableFuture();
            threads.remove().run();
            assertThat(first).isCompletedExceptionally();
            assertThat(keys.context().toCompletableFuture()).isCompletedExceptionally();
        } finally {
            log.removeHandler(handler);
        }
        assertThat(told).singleElement().satisfies(record -> {
            assertThat(record.getMessage()).contains("can't be used");
            assertThat(record.getThrown()).isNotNull();
        });
    }

    private static Handler handler(List<LogRecord> into) {
        var thread = Thread.currentThread();
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                // Other tests may log at the same time.
                if (Thread.currentThread().equals(thread)) {
                    into.add(record);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private void keep(Instant now, String... names) throws IOException {
        keepOn("machine.example", now, names);
    }

    private void keepOn(String hostName, Instant now, String... names) throws IOException {
        var config = new TlsConfig.SelfSigned(directory, List.of(names));
        SelfSignedCertificate.keep(
                directory.resolve("cert.pem"), directory.resolve("key.pem"), config.extraNames(), hostName, now);
    }

    private List<X509Certificate> read() throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(directory.resolve("cert.pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(certificate -> (X509Certificate) certificate)
                    .toList();
        }
    }
}
