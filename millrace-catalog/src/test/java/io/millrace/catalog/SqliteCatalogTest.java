package io.millrace.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCatalogTest {
    private static final Migration FIRST = new Migration("pantry", 1, """
            CREATE TABLE pantry_jar (name TEXT PRIMARY KEY, grams BIGINT NOT NULL);
            CREATE INDEX pantry_jar_grams ON pantry_jar (grams);
            """);
    private static final Migration SECOND =
            new Migration("pantry", 2, "ALTER TABLE pantry_jar ADD COLUMN label TEXT NOT NULL DEFAULT ''");

    @TempDir
    Path directory;

    private SqliteCatalog catalog;

    @BeforeEach
    void open() {
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
        catalog.migrate(List.of(FIRST));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void keepsWhatATransactionWrote() {
        put("flour", 500);

        reopen();

        assertThat(gramsOf("flour")).isEqualTo(500);
    }

    @Test
    void makesDurableWhatAKilledProcessLeftBeforeItGoesOn() throws IOException {
        put("flour", 500);
        var left = Files.createDirectory(directory.resolve("left"));
        for (var name : List.of("catalog.db", "catalog.db-wal")) {
            Files.copy(directory.resolve(name), left.resolve(name));
        }

        var database = Files.createDirectory(directory.resolve("database")).resolve("catalog.db");
        try (var _ = SqliteCatalog.open(left.resolve("catalog.db"))) {
            assertThat(left.resolve("catalog.db-wal")).isEmptyFile();
            Files.copy(left.resolve("catalog.db"), database);
        }

        close();
        catalog = SqliteCatalog.open(database);
        assertThat(gramsOf("flour")).isEqualTo(500);
    }

    @Test
    void letsOnlyItsOwnerRead() throws IOException {
        put("flour", 500);
        var file = directory.resolve("catalog.db");
        assertThat(Files.getPosixFilePermissions(directory.resolve("catalog.db-wal")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        reopen();

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void undoesOnlyTheWorkThatFailed() throws Exception {
        // The first transaction holds the writer, so that the three others meet in one commit.
        var gate = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var holder = callers.submit(() -> catalog.transact(_ -> {
                entered.countDown();
                return awaited(gate);
            }));
            entered.await();
            var flour = callers.submit(putting("flour", 500));
            var failing = callers.submit(() -> catalog.transact(connection -> {
                insert(connection, "salt", 1);
                throw new IllegalStateException("spilled");
            }));
            var sugar = callers.submit(putting("sugar", 250));
            gate.countDown();

            assertThat(holder.get()).isTrue();
            assertThat(flour.get()).isEqualTo(1);
            assertThat(sugar.get()).isEqualTo(1);
            assertThatThrownBy(failing::get).hasCauseInstanceOf(IllegalStateException.class);
        }
        assertThat(names()).containsExactly("flour", "sugar");
    }

    @Test
    void tellsTheCallerWhichStatementWasRefused() {
        put("flour", 500);

        assertThatThrownBy(() -> put("flour", 1))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("UNIQUE");
        assertThat(gramsOf("flour")).isEqualTo(500);
    }

    @Test
    void letsEveryoneWriteAtOnceAndLosesNothing() {
        Seeds.forEach(3, random -> {
            int writers = 200;
            var prefix = "jar" + random.nextLong() + "-";
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < writers; i++) {
                    int grams = i;
                    callers.execute(() -> put(prefix + grams, grams));
                }
            }
            assertThat(names().stream().filter(name -> name.startsWith(prefix))).hasSize(writers);
        });
    }

    @Test
    void readersSeeOneMomentWhileOthersWrite() {
        put("flour", 500);

        long difference = catalog.read(connection -> {
            long before = grams(connection, "flour");
            catalog.transact(other -> update(other, "flour", 9));
            return grams(connection, "flour") - before;
        });

        assertThat(difference).isZero();
        assertThat(gramsOf("flour")).isEqualTo(9);
    }

    @Test
    void refusesToWriteInARead() {
        assertThatThrownBy(() -> catalog.read(connection -> insert(connection, "flour", 1)))
                .isInstanceOf(CatalogException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void appliesEachMigrationOnce() {
        put("flour", 500);

        catalog.migrate(List.of(FIRST, SECOND));
        catalog.migrate(List.of(FIRST, SECOND));
        reopen();
        catalog.migrate(List.of(FIRST, SECOND));

        assertThat(gramsOf("flour")).isEqualTo(500);
    }

    @Test
    void appliesAMigrationWholeOrNotAtAll() {
        var broken = new Migration("pantry", 2, """
                CREATE TABLE pantry_shelf (id BIGINT PRIMARY KEY);
                CREATE NONSENSE;
                """);

        assertThatThrownBy(() -> catalog.migrate(List.of(FIRST, broken))).isInstanceOf(CatalogException.class);

        var mended = new Migration("pantry", 2, "CREATE TABLE pantry_shelf (id BIGINT PRIMARY KEY)");
        catalog.migrate(List.of(FIRST, mended));
    }

    @Test
    void refusesASchemaNewerThanItKnows() {
        catalog.migrate(List.of(FIRST, SECOND));

        assertThatThrownBy(() -> catalog.migrate(List.of(FIRST)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("has version 2 of the pantry tables")
                .hasMessageContaining("only up to version 1");
    }

    @Test
    void refusesASchemaMadeByAnotherScript() {
        var other = new Migration("pantry", 1, "CREATE TABLE pantry_jar (name TEXT PRIMARY KEY)");

        assertThatThrownBy(() -> catalog.migrate(List.of(other)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("another script 1 of the pantry tables");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        var file = directory.resolve("letter.db");
        Files.writeString(file, "Dear reader, ".repeat(1_000));

        assertThatThrownBy(() -> SqliteCatalog.open(file))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("letter.db");
    }

    @Test
    void refusesAPlaceThatIsNotThere() {
        assertThatThrownBy(() -> SqliteCatalog.open(directory.resolve("nowhere").resolve("catalog.db")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void takesWritesAgainWhenThereIsRoomAgain() {
        put("flour", 500);
        catalog.transact(connection -> execute(connection, "PRAGMA max_page_count = 1"));

        assertThatThrownBy(() -> put("x".repeat(100_000), 1))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("full");
        assertThat(names()).containsExactly("flour");

        catalog.transact(connection -> execute(connection, "PRAGMA max_page_count = 100000"));
        put("x".repeat(100_000), 1);
        put("salt", 1);
        reopen();
        assertThat(names()).hasSize(3);
    }

    @Test
    void refusesWorkOnceClosed() {
        catalog.close();

        assertThatThrownBy(() -> put("flour", 1))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(this::names).isInstanceOf(CatalogException.class).hasMessageContaining("closed");
        catalog.close();
    }

    @Test
    void syncsEveryCommit() {
        // 2 is FULL: the write-ahead log reaches the disk before a commit returns.
        assertThat(pragma("synchronous")).isEqualTo("2");
        assertThat(pragma("journal_mode")).isEqualTo("wal");
        assertThat(pragma("foreign_keys")).isEqualTo("1");
    }

    private String pragma(String name) {
        return catalog.transact(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("PRAGMA " + name)) {
                row.next();
                return row.getString(1);
            }
        });
    }

    @Test
    void keepsForeignKeysWhole() {
        catalog.migrate(List.of(FIRST, new Migration("pantry", 2, """
                CREATE TABLE pantry_note (jar TEXT NOT NULL REFERENCES pantry_jar (name), text TEXT NOT NULL)
                """)));

        assertThatThrownBy(() -> catalog.transact(connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.executeUpdate("INSERT INTO pantry_note (jar, text) VALUES ('none', 'x')");
                    }
                }))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("FOREIGN KEY");
    }

    private void reopen() {
        catalog.close();
        catalog = SqliteCatalog.open(directory.resolve("catalog.db"));
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private void put(String name, long grams) {
        catalog.transact(connection -> insert(connection, name, grams));
    }

    private Callable<Integer> putting(String name, long grams) {
        return () -> catalog.transact(connection -> insert(connection, name, grams));
    }

    private static int insert(Connection connection, String name, long grams) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO pantry_jar (name, grams) VALUES (?, ?)")) {
            statement.setString(1, name);
            statement.setLong(2, grams);
            return statement.executeUpdate();
        }
    }

    private static int update(Connection connection, String name, long grams) throws SQLException {
        try (var statement = connection.prepareStatement("UPDATE pantry_jar SET grams = ? WHERE name = ?")) {
            statement.setLong(1, grams);
            statement.setString(2, name);
            return statement.executeUpdate();
        }
    }

    private long gramsOf(String name) {
        return catalog.read(connection -> grams(connection, name));
    }

    private static long grams(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT grams FROM pantry_jar WHERE name = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : -1;
            }
        }
    }

    private List<String> names() {
        return catalog.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT name FROM pantry_jar ORDER BY name")) {
                var names = new ArrayList<String>();
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
                return names;
            }
        });
    }

    private static boolean awaited(CountDownLatch gate) {
        try {
            gate.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
