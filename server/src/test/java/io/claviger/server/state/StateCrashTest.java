package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.DeviceId;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.state.Slice;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.TimeRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No acknowledged state is lost: a process that takes states in is killed at a random moment, again
 * and again. More rounds with {@code -Dclaviger.crash.rounds=200}.
 */
class StateCrashTest {
  private static final int ROUNDS = Integer.getInteger("claviger.crash.rounds", 3);
  private static final long SEED = Long.getLong("claviger.crash.seed", 20_260_301L);
  private static final DeviceId DEVICE = new DeviceId("d".repeat(24));

  @TempDir private Path folder;

  @Test
  void killedProcessLosesNothingAcknowledged() throws IOException, InterruptedException {
    Path file = folder.resolve("claviger.db");
    try (Database database =
        Database.open(new DatabaseSettings.Sqlite(file), InstantSource.system())) {
      database.run(transaction -> {
        transaction
            .handle()
            .execute(
                "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                    + " created_at, updated_at) VALUES ('a', 'user', 'u', 'a', 'a', '{}', 0, 0)");
        transaction
            .handle()
            .execute(
                "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                    + " keep_duplicates, created_at, updated_at)"
                    + " VALUES (?, 'a', 'd', 'd', 'standalone', 0, 0, 0)",
                DEVICE.text());
        transaction
            .handle()
            .execute(
                "INSERT INTO device_attribute (device_id, application_id, place, name, data_type,"
                    + " attribute_tags) VALUES (?, 'a', 0, 'n', 'number', '{}')",
                DEVICE.text());
      });
    }
    Random random = new Random(SEED);
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged.addAll(writeAndKill(file, 1 + random.nextInt(3_000)));
      Map<Long, String> written = written(file);
      for (String line : acknowledged) {
        String[] parts = line.split(" ", -1);
        assertThat(written.get(Long.valueOf(parts[0])))
            .as("seed %s round %s: %s", SEED, round, line)
            .isEqualTo(parts[1]);
      }
    }
  }

  private static List<String> writeAndKill(Path file, int killAfter)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                StateCrashWriter.class.getName(),
                file.toString(),
                DEVICE.text())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        if (line.endsWith(" .") && Character.isDigit(line.charAt(0))) {
          lines.add(line);
        }
        if (lines.size() == killAfter) {
          child.toHandle().destroyForcibly();
        }
        line = output.readLine();
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(killAfter);
    return lines;
  }

  private static Map<Long, String> written(Path file) {
    try (Database database =
        Database.open(new DatabaseSettings.Sqlite(file), InstantSource.system())) {
      Map<Long, String> written = new HashMap<>();
      for (Report.Kept state :
          new StateStore(database)
              .states(DEVICE, new Slice(TimeRange.EVER, Integer.MAX_VALUE, true))) {
        if (state.values().get("n") instanceof AttributeValue.Numeric(double value)) {
          written.put(state.timeMillis(), AttributeValue.text(value));
        }
      }
      return written;
    }
  }
}
