package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.state.DepositStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The victim of {@link StateCrashTest}: takes in states without end, many under way at once, and
 * says of each that it is acknowledged. A line is {@code <time> <value> .}; the dot tells a whole
 * line from a torn one.
 */
final class StateCrashWriter {
  private static final int UNDER_WAY = 200;

  private StateCrashWriter() {}

  public static void main(String[] arguments) throws InterruptedException {
    Database database =
        Database.open(new DatabaseSettings.Sqlite(Path.of(arguments[0])), InstantSource.system());
    DeviceId device = new DeviceId(arguments[1]);
    AgeWindow window = new AgeWindow(Duration.ofDays(30));
    DeviceInbox inbox = new DeviceInbox(database, new DepositStore(database, window), (_, _) -> {});
    DeviceMessages messages =
        new DeviceMessages(
            inbox,
            new DeviceChannels(),
            new ObjectIdSource(InstantSource.system(), new SecureRandom()),
            window,
            new LongAdder());
    Semaphore room = new Semaphore(UNDER_WAY);
    long time = Instant.now().toEpochMilli();
    while (true) {
      room.acquire();
      long at = --time;
      byte[] state =
          ("{\"time\":" + at + ",\"data\":{\"n\":" + at % 1000 + "}}")
              .getBytes(StandardCharsets.UTF_8);
      var _ =
          messages
              .state(device, state, Instant.now(), () -> {}, DeviceInbox.Patience.LASTING)
              .whenComplete((_, failure) -> {
                room.release();
                if (failure == null) {
                  acknowledge(at + " " + at % 1000 + " .");
                }
              });
    }
  }

  private static synchronized void acknowledge(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
