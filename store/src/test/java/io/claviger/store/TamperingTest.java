package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.change.Verification;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the tables of the log by hand, the check names the first entry it hit. */
class TamperingTest {
  private static final int ENTRIES = 12;
  private static final int HIT = 5;

  /** Every column that an entry has. */
  private static final List<String> COLUMNS =
      List.of(
          "recorded_at = recorded_at + 1",
          "actor_type = 'Device'",
          "actor_type = 'Nobody'",
          "actor_id = 'x'",
          "actor_id = ''",
          "actor_name = 'x'",
          "actor_user_id = 'x'",
          "actor_user_id = NULL",
          "action = 'x'",
          "subject_type = 'Device'",
          "subject_type = 'Nothing'",
          "subject_id = 'x'",
          "subject_name = 'x'",
          "organization_id = 'x'",
          "application_id = 'x'",
          "application_id = NULL",
          "account_id = 'x'",
          "account_id = NULL",
          "before_json = '{}'",
          "before_json = NULL",
          "after_json = '{}'",
          "after_json = NULL",
          "hash = previous_hash",
          "previous_hash = hash");

  @TempDir Path folder;

  @Test
  void sqlite() {
    tamper(TestDatabases.sqlite(folder));
  }

  @Test
  void postgres() {
    tamper(TestDatabases.postgres());
  }

  private static Change change(int number) {
    return new Change(
        new Actor(ActorType.API_TOKEN, "token", "robot", Optional.of("user")),
        "applicationKey.patch",
        new Subject(SubjectType.ACCESS_KEY, "key " + number, "north"),
        Optional.empty(),
        Optional.of("application"),
        Optional.of("user"),
        Optional.of("{\"a\":1}"),
        Optional.of("{\"a\":2}"));
  }

  private static void tamper(DatabaseSettings settings) {
    try (Database database = Database.open(settings, InstantSource.system())) {
      for (int i = 0; i < ENTRIES; i++) {
        Change change = change(i);
        var _ = database.write(transaction -> transaction.record(change));
      }
      ChainHead head = database.changeLog().head();
      assertThat(ChangeLogCheck.verify(settings)).isEqualTo(new Verification.Intact(ENTRIES, head));
      for (String column : COLUMNS) {
        assertFound(database, settings, "UPDATE change_log SET " + column + at(HIT), HIT);
      }
      assertFound(database, settings, "DELETE FROM change_log" + at(HIT), HIT);
      assertFound(database, settings, "DELETE FROM change_log" + at(1), 1);
      assertFound(database, settings, "DELETE FROM change_log" + at(ENTRIES), ENTRIES);
      assertFound(database, settings, "DELETE FROM change_log", 1);
      String cut = "DELETE FROM change_log WHERE sequence > " + HIT;
      assertFound(database, settings, cut, HIT + 1);
      assertFound(database, settings, "UPDATE change_log SET sequence = 99" + at(HIT), HIT);
      assertFound(database, settings, added(ENTRIES + 1), ENTRIES + 1);
      assertFoundWhenSwapped(database, settings);
      assertThat(ChangeLogCheck.verify(settings)).isEqualTo(new Verification.Intact(ENTRIES, head));
      assertCutWithItsHeadIsSeenByTheNote(database, settings, head);
    }
  }

  private static String at(int sequence) {
    return " WHERE sequence = " + sequence;
  }

  /** A copy of the last entry behind it. */
  private static String added(int sequence) {
    return "INSERT INTO change_log ("
        + ChangeLog.COLUMNS
        + ") SELECT "
        + ChangeLog.COLUMNS.replaceFirst("sequence", String.valueOf(sequence))
        + " FROM change_log"
        + at(sequence - 1);
  }

  /** Does it, checks, and puts everything back as it was. */
  private static void assertFound(
      Database database, DatabaseSettings settings, String tampering, int sequence) {
    run(database, "CREATE TABLE kept AS SELECT * FROM change_log");
    run(database, tampering);
    assertBroken(settings, tampering, sequence);
    restore(database);
  }

  private static void assertFoundWhenSwapped(Database database, DatabaseSettings settings) {
    run(database, "CREATE TABLE kept AS SELECT * FROM change_log");
    run(database, "UPDATE change_log SET sequence = 99" + at(HIT));
    run(database, "UPDATE change_log SET sequence = " + HIT + at(HIT + 1));
    run(database, "UPDATE change_log SET sequence = " + (HIT + 1) + at(99));
    assertBroken(settings, "swapped", HIT);
    restore(database);
  }

  /**
   * A log that is cut together with its head is whole in itself: only a note of an earlier head
   * tells, by a length that is less or a hash that is another.
   */
  private static void assertCutWithItsHeadIsSeenByTheNote(
      Database database, DatabaseSettings settings, ChainHead noted) {
    run(database, "DELETE FROM change_log WHERE sequence > " + HIT);
    run(
        database,
        "UPDATE change_head SET sequence = "
            + HIT
            + ", hash = (SELECT hash FROM change_log"
            + at(HIT)
            + ")");
    assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
    assertThat(ChangeLogCheck.verify(settings, noted, Optional.empty()))
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(HIT + 1));
    for (int i = HIT; i < ENTRIES + 3; i++) {
      Change change = change(100 + i);
      var _ = database.write(transaction -> transaction.record(change));
    }
    assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
    assertThat(ChangeLogCheck.verify(settings, noted, Optional.empty()))
        .as("written anew")
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(ENTRIES));
    assertThat(ChangeLogCheck.verify(settings, database.changeLog().head(), Optional.empty()))
        .isInstanceOf(Verification.Intact.class);
  }

  private static void assertBroken(DatabaseSettings settings, String tampering, int sequence) {
    assertThat(ChangeLogCheck.verify(settings))
        .as(tampering)
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(sequence));
  }

  private static void restore(Database database) {
    run(database, "DELETE FROM change_log");
    run(
        database,
        "INSERT INTO change_log ("
            + ChangeLog.COLUMNS
            + ") SELECT "
            + ChangeLog.COLUMNS
            + " FROM kept");
    run(database, "DROP TABLE kept");
  }

  private static void run(Database database, String sql) {
    database.run(transaction -> transaction.handle().execute(sql));
  }
}
