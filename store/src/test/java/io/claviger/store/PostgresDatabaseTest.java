package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.Verification;
import io.claviger.store.testing.TestDatabases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PostgresDatabaseTest extends DatabaseContract {
  private DatabaseSettings settings = TestDatabases.postgres();

  @Override
  DatabaseSettings freshSettings() {
    return settings;
  }

  @Override
  String textType() {
    return "TEXT COLLATE \"C\"";
  }

  private Database secondNode() {
    return Database.open(settings, InstantSource.fixed(TIME));
  }

  /** The first write of a session may fail; its limits must outlive that. */
  @Test
  void theLimitsOfTheWriterOutliveAFailedWrite() {
    try (Database other = secondNode()) {
      assertThatThrownBy(() ->
              other.run(_ -> {
                throw new IllegalArgumentException();
              }))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(
              other.<String>write(transaction ->
                  transaction
                      .handle()
                      .createQuery("SELECT current_setting('lock_timeout')")
                      .mapTo(String.class)
                      .one()))
          .isEqualTo("10s");
    }
  }

  @Test
  void writeReachesTheOtherNodeWithinASecond() {
    try (Database other = secondNode()) {
      var heard = new CopyOnWriteArrayList<String>();
      other.onChange(entries -> entries.forEach(entry -> heard.add(entry.change().subject().id())));
      for (int i = 0; i < 5; i++) {
        String id = "thing" + i;
        write(id);
        await().atMost(SECOND).until(() -> heard.contains(id));
        assertThat(other.feed().current(SECOND)).isTrue();
      }
    }
  }

  @Test
  void nodesMakeOneChainAndRulesHoldAcrossThem() {
    try (Database other = secondNode()) {
      var heard = new CopyOnWriteArrayList<Long>();
      database()
          .onChange(entries -> entries.stream().map(ChangeEntry::sequence).forEach(heard::add));
      List<Database> nodes = List.of(database(), other);
      inParallel(
          6,
          worker -> {
            for (int i = 0; i < 20; i++) {
              String id = worker + "-" + i;
              nodes
                  .get(worker % 2)
                  .run(transaction -> {
                    if (ids(transaction.handle()).size() < 50) {
                      insert(transaction, id);
                      transaction.record(Changes.of(id));
                    }
                  });
            }
          });
      assertThat(database().changeLog().verify())
          .isEqualTo(new Verification.Intact(50, other.changeLog().head()));
      assertThat(stored(other)).hasSize(50);
      await()
          .atMost(SECOND)
          .until(() -> heard.containsAll(LongStream.rangeClosed(1, 50).boxed().toList()));
    }
  }

  @Test
  void lostConnectionCostsNoEntry() {
    try (Database other = secondNode()) {
      var heard = new CopyOnWriteArrayList<Long>();
      other.onChange(entries -> entries.stream().map(ChangeEntry::sequence).forEach(heard::add));
      long cut = 0;
      for (int i = 0; i < 3; i++) {
        String id = "thing" + i;
        cut +=
            database()
                .write(transaction -> {
                  insert(transaction, id);
                  transaction.record(Changes.of(id));
                  return cutFollowers(transaction);
                });
      }
      assertThat(cut).isPositive();
      await().atMost(Duration.ofSeconds(5)).until(() -> heard.containsAll(List.of(1L, 2L, 3L)));
      await().atMost(Duration.ofSeconds(5)).until(() -> other.feed().current(SECOND));
    }
  }

  /** Ends the sessions that follow the log, of both nodes; how many. */
  private static long cutFollowers(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE datname = current_database()"
                + " AND (query LIKE 'LISTEN%' OR query LIKE '%change_log WHERE%')"
                + " AND pid <> pg_backend_pid()")
        .mapTo(Long.class)
        .one();
  }

  @Test
  void serverThatIsGoneIsUnavailableAndTheNodeKnowsItIsNotCurrent() throws IOException {
    EmbeddedPostgres server = EmbeddedPostgres.start();
    try (Database database =
        Database.open(
            new DatabaseSettings.Postgres(server.getJdbcUrl("postgres", "postgres"), 2),
            InstantSource.fixed(TIME))) {
      assertThat(database.feed().current(SECOND)).isTrue();
      server.close();
      await().atMost(Duration.ofSeconds(5)).until(() -> !database.feed().current(SECOND));
      assertThatThrownBy(() -> database.write(Transaction::now))
          .isInstanceOf(StoreUnavailable.class);
    }
  }

  @Test
  void settingsDoNotPrintThePassword() {
    assertThat(
            new DatabaseSettings.Postgres("jdbc:postgresql://h/d?user=u&password=secret", 1)
                .toString())
        .doesNotContain("secret");
    assertThatThrownBy(() ->
            Database.open(
                new DatabaseSettings.Postgres(
                    "jdbc:postgresql://127.0.0.1:1/d?user=u&password=secret", 1),
                InstantSource.fixed(TIME)))
        .isInstanceOf(StoreUnavailable.class)
        .satisfies(e -> assertThat(trace(e)).doesNotContain("secret"));
  }

  private static String trace(Throwable e) {
    var text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
