package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.Verification;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link Database} promises, the same on every database. */
abstract class DatabaseContract {
  static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456789Z");
  static final Duration SECOND = Duration.ofSeconds(1);

  private DatabaseSettings settings;
  private Database database;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  /** The type of text that compares by bytes. */
  abstract String textType();

  @BeforeEach
  void open() {
    settings = freshSettings();
    database = Database.open(settings, InstantSource.fixed(TIME));
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "CREATE TABLE thing (id "
                    + textType()
                    + " PRIMARY KEY, made_at BIGINT, flag SMALLINT, note "
                    + textType()
                    + ")"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  Database database() {
    return database;
  }

  @Test
  void committedIsVisibleAtOnceToEveryReader() {
    for (int i = 0; i < 20; i++) {
      String id = "thing" + i;
      write(id);
      assertThat(stored(database)).contains(id);
    }
  }

  @Test
  void writeThatThrowsLeavesNothing() {
    var heard = new CopyOnWriteArrayList<ChangeEntry>();
    database.onChange(heard::addAll);
    assertThatThrownBy(() ->
            database.run(transaction -> {
              insert(transaction, "lost");
              transaction.record(Changes.of("lost"));
              throw new IllegalArgumentException("refused");
            }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("refused");
    assertThat(stored(database)).isEmpty();
    assertThat(database.changeLog().page(0, 10)).isEmpty();
    assertThat(heard).isEmpty();
    write("kept");
    assertThat(database.changeLog().page(0, 10)).hasSize(1);
    assertIntact(1);
  }

  @Test
  void writersAtOnceMakeOneGaplessChain() {
    inParallel(
        8,
        worker -> {
          for (int i = 0; i < 50; i++) {
            write(worker + "-" + i);
          }
        });
    assertThat(stored(database)).hasSize(400);
    assertThat(database.changeLog().page(0, 1000).stream().map(ChangeEntry::sequence))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 400).boxed().toList());
    assertIntact(400);
  }

  /** An operator's command, in the midst of what the node writes itself. */
  @Test
  void whatIsWrittenBesideIsNoticedWithinASecond() {
    var heard = new CopyOnWriteArrayList<String>();
    database.onChange(
        entries -> entries.forEach(entry -> heard.add(entry.change().subject().id())));
    for (int i = 0; i < 3; i++) {
      String beside = "beside" + i;
      try (Database command = Database.openBeside(settings, InstantSource.fixed(TIME))) {
        write(command, beside);
      }
      write("own" + i);
      assertThat(stored(database)).contains(beside);
      await().atMost(SECOND).until(() -> heard.contains(beside));
      assertThat(heard).contains("own" + i);
    }
    assertIntact(6);
  }

  @Test
  void severalEntriesOfOneWriteFollowEachOther() {
    database.run(transaction -> {
      transaction.record(Changes.of("a"));
      transaction.record(Changes.of("b"));
      assertThat(transaction.record(Changes.of("c")).sequence()).isEqualTo(3);
    });
    assertIntact(3);
    assertThat(database.changeLog().page(1, 1))
        .singleElement()
        .satisfies(entry -> assertThat(entry.change()).isEqualTo(Changes.of("b")));
  }

  @Test
  void secondRowWithTheSameKeyIsAConflict() {
    write("one");
    assertThatThrownBy(() ->
            database.run(transaction -> {
              insert(transaction, "two");
              insert(transaction, "one");
            }))
        .isInstanceOf(StoreConflict.class);
    assertThat(stored(database)).containsExactly("one");
  }

  /** Ends within a moment of its limit; the connection goes on to serve. */
  @Test
  void aReadThatTakesTooLongIsEnded() {
    database.close();
    database = Database.open(settings, InstantSource.fixed(TIME), Duration.ofMillis(100));
    for (int i = 0; i < 6; i++) {
      long began = System.nanoTime();
      assertThatThrownBy(() -> database.read(handle -> countTo(handle, 2_000_000_000L)))
          .isExactlyInstanceOf(StoreTimeout.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(90), Duration.ofSeconds(5));
      assertThat(database.<Long>read(handle -> countTo(handle, 10))).isEqualTo(10);
    }
    write("after");
    assertThat(stored(database)).contains("after");
  }

  /** What a write reads is not ended: a large application must still be deletable. */
  @Test
  void aWriteHasNoSuchLimit() {
    database.close();
    database = Database.open(settings, InstantSource.fixed(TIME), Duration.ofMillis(300));
    assertThat(database.<Long>write(transaction -> countTo(transaction.handle(), 3_000_000)))
        .isEqualTo(3_000_000);
  }

  private static long countTo(Handle handle, long last) {
    return handle
        .createQuery(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
                + " WHERE n < :last) SELECT COUNT(*) FROM numbers")
        .bind("last", last)
        .mapTo(Long.class)
        .one();
  }

  @Test
  void badStatementIsAFaultOfTheProgram() {
    assertThatThrownBy(() -> database.read(handle -> handle.execute("SELECT nothing FROM nowhere")))
        .isExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void identifiersDifferByCase() {
    write("abc");
    write("ABC");
    List<String> found =
        database.read(handle ->
            handle
                .createQuery("SELECT id FROM thing WHERE id = :id")
                .bind("id", "Abc")
                .mapTo(String.class)
                .list());
    assertThat(found).isEmpty();
    assertThat(stored(database)).containsExactly("ABC", "abc");
  }

  @Test
  void timeHasMilliseconds() {
    write("x");
    assertThat(database.changeLog().page(0, 1).getFirst().time())
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.123Z"));
    Instant now = database.write(Transaction::now);
    assertThat(now).isEqualTo(Instant.parse("2026-01-01T00:00:00.123Z"));
  }

  @Test
  void valuesReadBackAsBound() {
    Instant early = Instant.parse("1969-12-31T23:59:59.999Z");
    database.run(transaction -> {
      insert(transaction, "full", Optional.of(early), true, Optional.of("é🔑'\"\\"));
      insert(transaction, "empty", Optional.empty(), false, Optional.empty());
    });
    List<String> rows =
        database.read(handle ->
            handle
                .createQuery("SELECT id, made_at, flag, note FROM thing ORDER BY id DESC")
                .map((row, _) ->
                    SqlTypes.optionalInstant(row, "made_at")
                        + " "
                        + SqlTypes.flag(row, "flag")
                        + " "
                        + SqlTypes.optionalText(row, "note"))
                .list());
    assertThat(rows)
        .containsExactly(
            Optional.of(early) + " true " + Optional.of("é🔑'\"\\"),
            "Optional.empty false Optional.empty");
  }

  @Test
  void readInsideAWriteSeesItsRows() {
    database.run(transaction -> {
      insert(transaction, "own");
      assertThat(stored(database)).containsExactly("own");
      assertThat(elsewhere(() -> stored(database))).isEmpty();
    });
  }

  @Test
  void readerSeesOneStateAndDoesNotWaitForAWriter() {
    write("first");
    database.run(transaction -> {
      insert(transaction, "second");
      assertThat(elsewhere(() -> stored(database))).containsExactly("first");
    });
    database.read(handle -> {
      assertThat(ids(handle)).hasSize(2);
      elsewhere(() -> {
        write("third");
        return true;
      });
      assertThat(ids(handle)).hasSize(2);
      return true;
    });
    assertThat(stored(database)).hasSize(3);
  }

  @Test
  void readerCannotWrite() {
    assertThatThrownBy(
            () -> database.read(handle -> handle.execute("INSERT INTO thing (id) VALUES ('x')")))
        .isInstanceOf(RuntimeException.class);
    assertThat(stored(database)).isEmpty();
  }

  @Test
  void writeInsideAReadOrWriteIsRefused() {
    assertThatThrownBy(() -> database.read(_ -> database.write(_ -> true)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> database.write(_ -> database.write(_ -> true)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ruleCheckedInsideAWriteHolds() {
    inParallel(
        8,
        worker -> {
          for (int i = 0; i < 5; i++) {
            String id = worker + "-" + i;
            database.run(transaction -> {
              if (ids(transaction.handle()).size() < 10) {
                insert(transaction, id);
              }
            });
          }
        });
    assertThat(stored(database)).hasSize(10);
  }

  @Test
  void listenersHaveTheEntriesBeforeTheWriteReturns() {
    var heard = new CopyOnWriteArrayList<Long>();
    database.onChange(entries -> {
      entries.forEach(entry -> heard.add(entry.sequence()));
      assertThat(stored(database)).contains("x");
    });
    write("x");
    assertThat(heard).contains(1L);
    assertThat(database.feed().current(SECOND)).isTrue();
  }

  @Test
  void failingListenerDoesNotHideTheCommitButFactsAreNotCurrentUntilItSucceeds() {
    var failing = new AtomicBoolean(true);
    var heard = new CopyOnWriteArrayList<Long>();
    database.onChange(entries -> {
      if (failing.get()) {
        throw new IllegalStateException("on purpose");
      }
      entries.forEach(entry -> heard.add(entry.sequence()));
    });
    var others = new CopyOnWriteArrayList<Long>();
    database.onChange(entries -> entries.forEach(entry -> others.add(entry.sequence())));
    write("x");
    assertThat(stored(database)).containsExactly("x");
    assertThat(others).contains(1L);
    assertThat(database.feed().current(Duration.ofDays(1))).isFalse();
    write("y");
    assertThat(database.feed().current(Duration.ofDays(1))).isFalse();
    failing.set(false);
    await().atMost(Duration.ofSeconds(3)).until(() -> database.feed().current(SECOND));
    assertThat(heard).contains(1L, 2L);
    assertThat(database.feed().position()).isEqualTo(2);
  }

  @Test
  void editedLogIsFoundAtItsFirstBadEntry() {
    for (int i = 0; i < 10; i++) {
      write("thing" + i);
    }
    database.close();
    tamper("UPDATE change_log SET actor_name = 'somebody else' WHERE sequence = 7", 7);
    tamper("UPDATE change_log SET subject_type = 'Nonsense' WHERE sequence = 6", 6);
    tamper("UPDATE change_log SET hash = previous_hash WHERE sequence = 5", 5);
    tamper("DELETE FROM change_log WHERE sequence = 4", 4);
    tamper("DELETE FROM change_log WHERE sequence > 3", 4);
  }

  private void tamper(String sql, long firstBad) {
    try (var reopened = Database.open(settings, InstantSource.fixed(TIME))) {
      reopened.run(transaction -> transaction.handle().execute(sql));
      assertThat(reopened.changeLog().verify())
          .as(sql)
          .isInstanceOfSatisfying(
              Verification.Broken.class,
              broken -> assertThat(broken.sequence()).isEqualTo(firstBad));
    }
  }

  @Test
  void verificationReadsMoreThanOnePage() {
    database.run(transaction -> {
      for (int i = 0; i < 2500; i++) {
        transaction.record(Changes.of("thing" + i));
      }
    });
    assertIntact(2500);
  }

  @Test
  void reopenedDatabaseContinuesTheChain() {
    write("before");
    database.close();
    database = Database.open(settings, InstantSource.fixed(TIME));
    write("after");
    assertIntact(2);
    assertThat(stored(database)).containsExactly("after", "before");
  }

  @Test
  void lostHeadIsNotMadeAnew() {
    write("x");
    database.run(transaction -> transaction.handle().execute("DELETE FROM change_head"));
    database.close();
    assertThatThrownBy(() -> Database.open(settings, InstantSource.fixed(TIME)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("head of the change log");
  }

  @Test
  void closedDatabaseIsUnavailable() {
    assertThat(database.answers()).isTrue();
    database.close();
    assertThatThrownBy(() -> database.answers()).isInstanceOf(StoreUnavailable.class);
    assertThatThrownBy(() -> write("x")).isInstanceOf(StoreUnavailable.class);
    assertThatThrownBy(() -> stored(database)).isInstanceOf(StoreUnavailable.class);
  }

  @Test
  void listsAnswerLikeTheModel() {
    new ListQueryCheck(database, textType()).run();
  }

  void write(String id) {
    write(database, id);
  }

  static void write(Database target, String id) {
    target.run(transaction -> {
      insert(transaction, id);
      transaction.record(Changes.of(id));
    });
  }

  static void insert(Transaction transaction, String id) {
    insert(transaction, id, Optional.of(transaction.now()), true, Optional.empty());
  }

  private static void insert(
      Transaction transaction,
      String id,
      Optional<Instant> madeAt,
      boolean flag,
      Optional<String> note) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO thing (id, made_at, flag, note) VALUES (:id, :madeAt, :flag, :note)")
        .bind("id", id)
        .bind("madeAt", madeAt)
        .bind("flag", flag)
        .bind("note", note)
        .execute();
  }

  static List<String> stored(Database source) {
    return source.read(DatabaseContract::ids);
  }

  static List<String> ids(Handle handle) {
    return handle.createQuery("SELECT id FROM thing ORDER BY id").mapTo(String.class).list();
  }

  private void assertIntact(long count) {
    assertThat(database.changeLog().verify())
        .isEqualTo(new Verification.Intact(count, database.changeLog().head()));
  }

  /** Runs in another thread, which knows nothing of this one's transaction. */
  static <T> T elsewhere(Callable<T> work) {
    try (var executor = Executors.newSingleThreadExecutor()) {
      return executor.submit(work).get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static void inParallel(int workers, IntConsumer work) {
    try (var executor = Executors.newFixedThreadPool(workers)) {
      var running = new ArrayList<Future<?>>();
      for (int worker = 0; worker < workers; worker++) {
        int number = worker;
        running.add(executor.submit(() -> work.accept(number)));
      }
      for (var each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
