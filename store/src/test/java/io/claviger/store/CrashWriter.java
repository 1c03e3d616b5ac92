package io.claviger.store;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/**
 * The victim of {@link CrashTest}: writes without end, and says of each write that it is done. A
 * line is {@code <sequence> <action> <row> <version> .}; the dot tells a whole line from a torn
 * one.
 */
final class CrashWriter {
  static final int THREADS = 3;

  private static final int ROWS_PER_THREAD = 5;

  private CrashWriter() {}

  public static void main(String[] arguments) {
    var database =
        Database.open(new DatabaseSettings.Sqlite(Path.of(arguments[0])), InstantSource.system());
    long seed = Long.parseLong(arguments[1]);
    database.run(transaction ->
        transaction
            .handle()
            .execute("CREATE TABLE IF NOT EXISTS crash_row (id TEXT PRIMARY KEY, version BIGINT)"));
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      Thread.ofPlatform()
          .start(() -> writeForEver(database, number, new Random(seed * THREADS + number)));
    }
  }

  private static void writeForEver(Database database, int thread, Random random) {
    while (true) {
      String id = "row-" + thread + "-" + random.nextInt(ROWS_PER_THREAD);
      boolean delete = random.nextInt(4) == 0;
      acknowledge(database.write(transaction -> step(transaction, id, delete)));
    }
  }

  private static synchronized void acknowledge(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static String step(Transaction transaction, String id, boolean delete) {
    Optional<Long> version = version(transaction, id);
    String action = version.isEmpty() ? "create" : delete ? "delete" : "patch";
    long next = version.orElse(0L) + 1;
    String sql =
        switch (action) {
          case "create" -> "INSERT INTO crash_row (id, version) VALUES (:id, :version)";
          case "patch" -> "UPDATE crash_row SET version = :version WHERE id = :id";
          default -> "DELETE FROM crash_row WHERE id = :id AND version = :version - 1";
        };
    transaction.handle().createUpdate(sql).bind("id", id).bind("version", next).execute();
    long sequence =
        transaction
            .record(
                new Change(
                    Actor.system(),
                    action,
                    new Subject(SubjectType.ACCESS_KEY, id, ""),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Long.toString(next))))
            .sequence();
    return sequence + " " + action + " " + id + " " + next + " .";
  }

  private static Optional<Long> version(Transaction transaction, String id) {
    return transaction
        .handle()
        .createQuery("SELECT version FROM crash_row WHERE id = :id")
        .bind("id", id)
        .mapTo(Long.class)
        .findOne();
  }
}
