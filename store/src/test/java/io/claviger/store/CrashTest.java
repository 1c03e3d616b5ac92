package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing acknowledged is lost: a process that writes is killed at a random moment, again and
 * again, on one growing database. More rounds with {@code -Dclaviger.crash.rounds=200}, other
 * moments with {@code -Dclaviger.crash.seed=...}.
 */
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("claviger.crash.rounds", 5);
  private static final long SEED = Long.getLong("claviger.crash.seed", 20_260_101L);

  @TempDir private Path folder;

  @Test
  void killedProcessLosesNothingAcknowledged() throws IOException, InterruptedException {
    var random = new Random(SEED);
    Path file = folder.resolve("claviger.db");
    long before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> acknowledged = writeAndKill(file, SEED + round, 1 + random.nextInt(400));
      before = check(file, before, acknowledged, "seed " + SEED + " round " + round);
    }
  }

  private static List<String> writeAndKill(Path file, long seed, int killAfter)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                CrashWriter.class.getName(),
                file.toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines = new ArrayList<String>();
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        if (line.endsWith(" .")) {
          lines.add(line);
        }
        if (lines.size() == killAfter) {
          // By the handle: the process itself would close the stream with lines still in it.
          child.toHandle().destroyForcibly();
        }
        line = output.readLine();
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(lines)
        .as("the child wrote until it was killed")
        .hasSizeGreaterThanOrEqualTo(killAfter);
    return lines;
  }

  /** Returns how many entries the log has now. */
  private static long check(Path file, long before, List<String> acknowledged, String name) {
    try (Database database =
        Database.open(new DatabaseSettings.Sqlite(file), InstantSource.system())) {
      assertThat(database.changeLog().verify())
          .as(name)
          .isEqualTo(new Verification.Intact(count(database), database.changeLog().head()));
      List<ChangeEntry> log = database.changeLog().page(0, Integer.MAX_VALUE);
      List<String> written =
          log.stream().filter(entry -> entry.sequence() > before).map(CrashTest::line).toList();
      assertThat(written).as(name).containsAll(acknowledged);
      assertThat(written.size() - acknowledged.size())
          .as("%s: at most one write of each thread was done and not yet acknowledged", name)
          .isBetween(0, CrashWriter.THREADS);
      assertThat(rows(database)).as("%s: rows and log agree", name).isEqualTo(replay(log));
      return log.size();
    }
  }

  private static long count(Database database) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM change_log").mapTo(Long.class).one());
  }

  private static String line(ChangeEntry entry) {
    return entry.sequence()
        + " "
        + entry.change().action()
        + " "
        + entry.change().subject().id()
        + " "
        + entry.change().after().orElseThrow()
        + " .";
  }

  private static Map<String, Long> replay(List<ChangeEntry> log) {
    var rows = new TreeMap<String, Long>();
    for (ChangeEntry entry : log) {
      String id = entry.change().subject().id();
      if (entry.change().action().equals("delete")) {
        rows.remove(id);
      } else {
        rows.put(id, Long.valueOf(entry.change().after().orElseThrow()));
      }
    }
    return rows;
  }

  private static Map<String, Long> rows(Database database) {
    return database.read(handle -> {
      var rows = new TreeMap<String, Long>();
      handle
          .createQuery("SELECT id, version FROM crash_row")
          .map((row, _) -> Map.entry(row.getString("id"), row.getLong("version")))
          .forEach(row -> rows.put(row.getKey(), row.getValue()));
      return rows;
    });
  }
}
