package io.claviger.store.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.RoleCap;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.application.HistoryCounts.Counted;
import io.claviger.store.application.HistoryCounts.DeviceHistory;
import io.claviger.store.application.HistoryCounts.Devices;
import io.claviger.store.application.HistoryCounts.Scope;
import io.claviger.store.application.HistoryCounts.Sum;
import io.claviger.store.device.DeviceStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counts of devices and messages are the same on every database. */
abstract class HistoryCountsContract {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final UserId USER = new UserId("c".repeat(24));
  private static final ApplicationId ONE = new ApplicationId("a".repeat(24));
  private static final ApplicationId OTHER = new ApplicationId("b".repeat(24));
  private static final Scope BOTH =
      new Scope.Seen(new Owner.Sandbox(USER), new Viewer.OfUser(USER, RoleCap.UNCAPPED, false));

  private Database database;
  private HistoryCounts counts;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(Instant.ofEpochMilli(20 * DAY)));
    counts = new HistoryCounts(database);
    for (ApplicationId application : List.of(ONE, OTHER)) {
      execute(
          "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
              + " created_at, updated_at) VALUES ('%s', 'user', '%s', 'A', 'a', '{}', 0, 0)"
                  .formatted(application.text(), USER.text()));
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void execute(String sql) {
    database.run(transaction -> transaction.handle().execute(sql));
  }

  private DeviceId device(
      int number, ApplicationId application, long made, Optional<Long> deleted) {
    DeviceId id = new DeviceId("%024x".formatted(number));
    execute(
        "INSERT INTO device (id, application_id, name, name_folded, device_class,"
            + " keep_duplicates, created_at, updated_at, deleted_at)"
            + " VALUES ('%s', '%s', 'd', 'd', 'standalone', 0, %d, 0, %s)"
                .formatted(
                    id.text(),
                    application.text(),
                    made * DAY + 1,
                    deleted.map(day -> Long.toString(day * DAY + 2)).orElse("NULL")));
    return id;
  }

  @Test
  void devicesByDays() {
    device(1, ONE, 3, Optional.empty());
    device(2, ONE, 3, Optional.of(5L));
    DeviceId gone = device(3, ONE, 4, Optional.of(5L));
    device(4, ONE, 9, Optional.empty());
    device(5, OTHER, 4, Optional.empty());
    database.run(transaction -> new DeviceStore(database).erase(transaction, gone));

    DeviceHistory of = counts.devices(new Scope.One(ONE), 4, 9 * DAY);
    assertThat(of.before()).isEqualTo(new Devices(2, 0));
    assertThat(of.days())
        .containsExactly(entry(4L, new Devices(1, 0)), entry(5L, new Devices(0, 2)));
    DeviceHistory all = counts.devices(BOTH, 0, 10 * DAY);
    assertThat(all.before()).isEqualTo(new Devices(0, 0));
    assertThat(all.days())
        .containsExactly(
            entry(3L, new Devices(2, 0)),
            entry(4L, new Devices(2, 0)),
            entry(5L, new Devices(0, 2)),
            entry(9L, new Devices(1, 0)));
  }

  @Test
  void messagesByKindAndSource() {
    Counted state = new Counted(ONE, 7, "state", "api");
    for (int i = 0; i < 2; i++) {
      database.run(transaction ->
          HistoryCounts.add(
              transaction,
              Map.of(
                  state,
                  new Sum(2, 30),
                  new Counted(ONE, 8, "state", "mqtt"),
                  new Sum(1, 5),
                  new Counted(OTHER, 7, "state", "api"),
                  new Sum(1, 1),
                  new Counted(new ApplicationId("d".repeat(24)), 7, "state", "api"),
                  new Sum(9, 9))));
    }
    assertThat(counts.payloads(new Scope.One(ONE), 7, 8))
        .isEqualTo(Map.of("state", Map.of("api", new Sum(4, 60), "mqtt", new Sum(2, 10))));
    assertThat(counts.payloads(BOTH, 7, 7))
        .isEqualTo(Map.of("state", Map.of("api", new Sum(6, 62))));
    int removed = database.write(transaction -> HistoryCounts.removeBefore(transaction, 8, 10));
    assertThat(removed).isEqualTo(2);
    assertThat(counts.payloads(BOTH, 0, 9))
        .isEqualTo(Map.of("state", Map.of("mqtt", new Sum(2, 10))));
  }
}
