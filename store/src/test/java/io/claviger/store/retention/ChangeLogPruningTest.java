package io.claviger.store.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.change.Verification;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.ChangeLogBegin;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.ChangeLogCount;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.backup.Backup;
import io.claviger.store.testing.TestDatabases;
import io.claviger.store.testing.TestSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log without its oldest entries is as sure as it was (AUD-1). */
class ChangeLogPruningTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final UserId ADA = new UserId("5a4b3c2d1e0f5a4b3c2d1e0f");
  private static final OrganizationId ORGANIZATION = new OrganizationId("3c2d1e0f5a4b3c2d1e0f5a4b");
  private static final int ENTRIES = 20;
  private static final int REMOVED = 8;

  /** Whatever is done to the anchor is no anchor any more. */
  private static final List<String> FORGERIES =
      List.of(
          "UPDATE change_anchor SET sequence = sequence + 1",
          "UPDATE change_anchor SET sequence = sequence - 1",
          "UPDATE change_anchor SET sequence = 10, hash = (SELECT hash FROM change_log"
              + " WHERE sequence = 10)",
          "UPDATE change_anchor SET hash = (SELECT hash FROM change_log WHERE sequence = 9)",
          "UPDATE change_anchor SET until_at = until_at + 1",
          "UPDATE change_anchor SET signed_at = signed_at + 1",
          "UPDATE change_anchor SET public_key = ''",
          "UPDATE change_anchor SET public_key = 'x'",
          "UPDATE change_anchor SET signature = ''",
          "UPDATE change_anchor SET signature = substr(signature, 1, 40)",
          "UPDATE checkpoint_key SET public_key = (SELECT hash FROM change_head)",
          "DELETE FROM checkpoint_key");

  enum Kind {
    SQLITE,
    POSTGRESQL
  }

  @TempDir Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  private DatabaseSettings settings(Kind kind, String name) throws IOException {
    return switch (kind) {
      case SQLITE -> TestDatabases.sqlite(Files.createDirectories(folder.resolve(name)));
      case POSTGRESQL -> TestDatabases.postgres();
    };
  }

  private Database open(DatabaseSettings settings) {
    return Database.open(settings, now::get);
  }

  private static Change change(int number) {
    return new Change(
        Actor.user(ADA.text(), "Ada"),
        "applicationKey.patch",
        new Subject(SubjectType.ACCESS_KEY, "key " + number, "north"),
        number % 2 == 0 ? Optional.of(ORGANIZATION.text()) : Optional.empty(),
        Optional.empty(),
        Optional.of("{\"status\":\"active\"}"),
        Optional.of("{\"status\":\"inactive\"}"));
  }

  /** One entry in each second. */
  private List<ChainHead> fill(Database database) {
    List<ChainHead> heads = new ArrayList<>();
    for (int i = 1; i <= ENTRIES; i++) {
      now.set(START.plusSeconds(i));
      Change change = change(i);
      heads.add(database.write(transaction -> transaction.record(change)).head());
    }
    return heads;
  }

  private static void run(Database database, String sql) {
    database.run(transaction -> transaction.handle().execute(sql));
  }

  private static long count(Database database) {
    return database.read(handle -> ChangeLogCount.of(handle, ORGANIZATION));
  }

  /** What is in no organization's log is in that of who acted. */
  private static long accountCount(Database database) {
    return database.read(handle -> {
      long outside = ChangeLogCount.of(handle, ADA, false);
      assertThat(ChangeLogCount.of(handle, ADA, true)).isEqualTo(outside);
      return outside;
    });
  }

  private static Verification verify(DatabaseSettings settings, ChainHead noted) {
    return ChangeLogCheck.verify(settings, noted, Optional.empty());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsKeptIsCheckedFromTheAnchor(Kind kind) throws IOException {
    DatabaseSettings settings = settings(kind, "whole");
    try (Database database = open(settings)) {
      TestSigner signer = TestSigner.of(database);
      List<ChainHead> heads = fill(database);
      ChangeLogPruning pruning = new ChangeLogPruning(database);
      assertThat(count(database)).isEqualTo(ENTRIES / 2);
      assertThat(accountCount(database)).isEqualTo(ENTRIES - ENTRIES / 2);
      Instant before = START.plusSeconds(REMOVED + 1);

      assertThat(pruning.hasBefore(START.plusSeconds(1))).isFalse();
      assertThat(pruning.removeBefore(START.plusSeconds(1), 100, signer)).isZero();
      assertThat(database.changeLog().anchor()).isEmpty();
      assertThat(pruning.hasBefore(before)).isTrue();
      assertThat(pruning.removeBefore(before, 5, signer)).isEqualTo(5);
      assertThat(pruning.removeBefore(before, 5, signer)).isEqualTo(3);
      assertThat(pruning.hasBefore(before)).isFalse();

      Anchor anchor = database.changeLog().anchor().orElseThrow();
      assertThat(anchor.head()).isEqualTo(heads.get(REMOVED - 1));
      assertThat(anchor.until()).isEqualTo(START.plusSeconds(REMOVED));
      assertThat(pruning.oldest()).contains(before);
      assertThat(count(database)).isEqualTo((ENTRIES - REMOVED) / 2);
      assertThat(accountCount(database)).isEqualTo(ENTRIES - ENTRIES / 2 - REMOVED / 2);
      Verification intact = new Verification.Intact(ENTRIES, heads.getLast(), Optional.of(anchor));
      assertThat(ChangeLogCheck.verify(settings)).isEqualTo(intact);
      assertThat(database.changeLog().verify()).isEqualTo(intact);
      for (int i = 1; i <= ENTRIES; i++) {
        assertThat(verify(settings, heads.get(i - 1)))
            .as("noted %s", i)
            .isEqualTo(
                i < REMOVED
                    ? new Verification.Removed(heads.get(i - 1), anchor, heads.getLast())
                    : intact);
        ChainHead other = new ChainHead(i, new ChainHash("0".repeat(64)));
        assertThat(verify(settings, other))
            .as("another %s", i)
            .isInstanceOf(i < REMOVED ? Verification.Removed.class : Verification.Broken.class);
      }
      assertThat(verify(settings, new ChainHead(ENTRIES + 1, heads.getLast().hash())))
          .isInstanceOf(Verification.Broken.class);
    }
    try (Database again = open(settings)) {
      assertThat(again.changeLog().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aForgedOrMissingAnchorIsNamed(Kind kind) throws IOException {
    DatabaseSettings settings = settings(kind, "forged");
    try (Database database = open(settings)) {
      TestSigner signer = TestSigner.of(database);
      fill(database);
      ChangeLogPruning pruning = new ChangeLogPruning(database);
      run(database, "CREATE TABLE first_entries AS SELECT * FROM change_log WHERE sequence <= 8");
      pruning.removeBefore(START.plusSeconds(REMOVED + 1), 100, signer);
      for (String forgery : FORGERIES) {
        assertBroken(database, settings, forgery, "anchor");
      }
      assertBroken(database, settings, "DELETE FROM change_anchor", "no anchor");
      assertBroken(database, settings, "DELETE FROM change_log WHERE sequence = 9", "entry 10");
      assertBroken(
          database,
          settings,
          "INSERT INTO change_log SELECT * FROM first_entries WHERE sequence = 8",
          "before the anchor");
      String everything = "DELETE FROM change_log";
      assertBroken(database, settings, everything, "does not end");

      // Who has the database alone can put another key into it, which those who know the key see.
      TestSigner thief = TestSigner.make();
      Optional<String> key = Optional.of(signer.publicKey());
      run(database, "DELETE FROM change_anchor");
      run(database, "DELETE FROM checkpoint_key");
      database.run(transaction -> {
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO checkpoint_key (id, public_key, sealed_key, created_at)"
                    + " VALUES (1, :key, :key, 0)")
            .bind("key", thief.pair().getPublic().getEncoded())
            .execute();
        Anchor anchor = thief.sign(firstHead(database), START, START);
        ChangeLogBegin.move(transaction, anchor);
      });
      assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
      assertThat(ChangeLogCheck.verify(settings, firstHead(database), key))
          .isInstanceOfSatisfying(
              Verification.Broken.class,
              broken -> assertThat(broken.reason()).contains("not signed with the key"));
      assertThatThrownBy(() -> pruning.removeBefore(START.plusSeconds(15), 5, signer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another key");
    }
  }

  /** That which the first entry that is kept follows. */
  private static ChainHead firstHead(Database database) {
    return new ChainHead(REMOVED, database.changeLog().page(0, 1).getFirst().previousHash());
  }

  private static void assertBroken(
      Database database, DatabaseSettings settings, String forgery, String reason) {
    for (String table : List.of("change_anchor", "checkpoint_key", "change_log")) {
      run(database, "CREATE TABLE kept_" + table + " AS SELECT * FROM " + table);
    }
    run(database, forgery);
    assertThat(ChangeLogCheck.verify(settings))
        .as(forgery)
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.reason()).contains(reason));
    for (String table : List.of("change_anchor", "checkpoint_key", "change_log")) {
      run(database, "DELETE FROM " + table);
      run(database, "INSERT INTO " + table + " SELECT * FROM kept_" + table);
      run(database, "DROP TABLE kept_" + table);
    }
    assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsRemovedFromALogThatDoesNotHold(Kind kind) throws IOException {
    try (Database database = open(settings(kind, "broken"))) {
      TestSigner signer = TestSigner.of(database);
      fill(database);
      run(database, "UPDATE change_log SET actor_name = 'x' WHERE sequence = 4");
      ChangeLogPruning pruning = new ChangeLogPruning(database);
      assertThat(pruning.removeBefore(START.plusSeconds(9), 3, signer)).isEqualTo(3);
      assertThatThrownBy(() -> pruning.removeBefore(START.plusSeconds(9), 3, signer))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("broken at entry 4");
      assertThat(database.changeLog().page(0, 1).getFirst().sequence()).isEqualTo(4);
      assertThat(database.changeLog().anchor().orElseThrow().head().sequence()).isEqualTo(3);
    }
  }

  /**
   * A clock that was set back leaves old times behind younger ones; the last entry always stays.
   */
  @ParameterizedTest
  @EnumSource
  void onlyABeginningIsRemovedAndNeverAll(Kind kind) throws IOException {
    try (Database database = open(settings(kind, "clock"))) {
      TestSigner signer = TestSigner.of(database);
      for (int second : List.of(5, 9, 2, 3, 20, 4, 6)) {
        now.set(START.plusSeconds(second));
        database.run(transaction -> transaction.record(change(second)));
      }
      ChangeLogPruning pruning = new ChangeLogPruning(database);
      assertThat(pruning.removeBefore(START.plusSeconds(10), 100, signer)).isEqualTo(4);
      assertThat(database.changeLog().anchor().orElseThrow().until())
          .isEqualTo(START.plusSeconds(9));
      assertThat(pruning.removeBefore(START.plusSeconds(100), 100, signer)).isEqualTo(2);
      assertThat(pruning.removeBefore(START.plusSeconds(100), 100, signer)).isZero();
      assertThat(pruning.hasBefore(START.plusSeconds(100))).isFalse();
      assertThat(database.changeLog().anchor().orElseThrow().until())
          .isEqualTo(START.plusSeconds(20));
      assertThat(database.changeLog().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBackupCarriesTheAnchorAndWhatItLeft(Kind kind) throws IOException {
    DatabaseSettings source = settings(kind, "source");
    try (Database database = open(source)) {
      fill(database);
      new ChangeLogPruning(database)
          .removeBefore(START.plusSeconds(REMOVED + 1), 100, TestSigner.of(database));
    }
    for (Kind to : Kind.values()) {
      Path file = folder.resolve("backup-" + to);
      Backup.write(source, file, now::get);
      DatabaseSettings target = settings(to, "target");
      Backup.restore(target, file);
      assertThat(ChangeLogCheck.verify(target))
          .isEqualTo(ChangeLogCheck.verify(source))
          .isInstanceOfSatisfying(
              Verification.Intact.class, intact -> assertThat(intact.anchor()).isPresent());
      try (Database restored = open(target)) {
        assertThat(count(restored)).isEqualTo((ENTRIES - REMOVED) / 2);
        long base =
            restored.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM change_base").mapTo(Long.class).one());
        assertThat(base).isEqualTo(REMOVED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCheckIsNotMistakenWhileEntriesComeAndGo(Kind kind) throws Exception {
    DatabaseSettings settings = settings(kind, "busy");
    try (Database database = open(settings)) {
      TestSigner signer = TestSigner.of(database);
      ChangeLogPruning pruning = new ChangeLogPruning(database);
      AtomicBoolean done = new AtomicBoolean();
      Thread busy =
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < 60; i++) {
              int round = i;
              now.set(START.plusSeconds(round));
              database.run(transaction -> {
                for (int j = 0; j < 60; j++) {
                  transaction.record(change(round * 100 + j));
                }
              });
              pruning.removeBefore(START.plusSeconds(round - 20L), 70, signer);
            }
            done.set(true);
          });
      do {
        assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
      } while (!busy.join(Duration.ZERO));
      assertThat(done).isTrue();
      assertThat(database.changeLog().anchor()).isPresent();
    }
  }
}
