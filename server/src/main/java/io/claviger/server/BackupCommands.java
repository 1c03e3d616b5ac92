package io.claviger.server;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.change.Verification;
import io.claviger.server.http.Json;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.backup.Backup;
import io.claviger.store.backup.BackupProblem;
import io.claviger.store.backup.BackupSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** The commands that copy the whole database into one file and back. */
final class BackupCommands {
  private final DatabaseSettings database;
  private final InstantSource clock;
  private final PrintStream out;

  BackupCommands(DatabaseSettings database, InstantSource clock, PrintStream out) {
    this.database = database;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Writes a backup.
   *
   * @throws BackupProblem when the file cannot be written
   * @throws StoreUnavailable when the database cannot be read
   */
  boolean backup(Path file) {
    BackupSummary summary = Backup.write(database, file, clock);
    out.println(file + ": " + summary.rows() + " rows, as of " + summary.takenAt());
    return true;
  }

  /**
   * Fills an empty database from a backup, notes that in the change log, and checks the log. Yields
   * whether its chain is whole; what was in the backup is there in any case.
   *
   * @throws BackupProblem when the file is no whole backup or the database is not empty
   * @throws StoreUnavailable when the database does not answer or is in use
   */
  boolean restore(Path file) {
    BackupSummary summary = Backup.restore(database, file);
    out.println("restored " + summary.rows() + " rows, as of " + summary.takenAt());
    Verification found = ChangeLogCheck.verify(database);
    return switch (found) {
      case Verification.Intact(long count, var _, var anchor) -> {
        note(summary);
        out.println(
            "the change log is intact: "
                + count
                + " entries from the backup"
                + anchor.map(ChangeLogCommand::describe).orElse(""));
        yield true;
      }
      case Verification.Removed _ ->
          throw new IllegalStateException("nothing was to be looked for in the log");
      case Verification.Broken(long sequence, String reason) -> {
        out.println("the change log in the backup is broken at entry " + sequence + ": " + reason);
        yield false;
      }
    };
  }

  /** What was taken back after the backup is valid again: whoever reads the log must see why. */
  private void note(BackupSummary summary) {
    String after =
        Json.emptyObject()
            .put("takenAt", summary.takenAt().toString())
            .put("rows", summary.rows())
            .toString();
    try (Database restored = Database.open(database, clock)) {
      restored.run(transaction ->
          transaction.record(
              new Change(
                  Actor.system(),
                  "claviger.restore",
                  new Subject(SubjectType.SETTING, "restore", "Restored from a backup"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(after))));
    }
  }
}
