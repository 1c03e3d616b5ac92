package io.claviger.store.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.state.RemovalStore.Removal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of connections, whatever rows it is kept in (MQT-9). */
abstract class ConnectionLogContract {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final long NOW_MILLIS = NOW.toEpochMilli();
  private static final String APPLICATION = "a".repeat(24);

  private final Random random = new Random(21);
  private final ObjectIdSource ids = new ObjectIdSource(InstantSource.fixed(NOW), random);
  private Database database;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(NOW));
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                    + " created_at, updated_at) VALUES (?, 'user', 'u', 'a', 'a', '{}', 0, 0)",
                APPLICATION));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private DeviceId newDevice() {
    DeviceId id = new DeviceId(ids.next());
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                    + " keep_duplicates, created_at, updated_at)"
                    + " VALUES (?, ?, 'd', 'd', 'standalone', 0, 0, 0)",
                id.text(),
                APPLICATION));
    return id;
  }

  private void flush(List<Deposit> batch) {
    DepositStore deposits = new DepositStore(database, new AgeWindow(Duration.ofDays(30)));
    database.run(transaction -> deposits.write(transaction, batch));
  }

  private long count(String table) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one());
  }

  /** The entries of a device lie in many parts. */
  @Test
  void theLogOfConnectionsGoesThroughItsParts() {
    DeviceId often = newDevice();
    DeviceId gone = newDevice();
    int entries = 3 * ConnectionLogParts.FULL + 900;
    for (int i = 0; i < entries; i += 300) {
      List<Deposit> batch = new ArrayList<>();
      for (int j = i; j < i + 300; j++) {
        batch.add(connection(j % 3 == 0 ? gone : often, entries - j));
      }
      flush(batch);
    }
    assertThat(count("(SELECT DISTINCT part FROM device_connection_log) AS parts")).isEqualTo(4);
    ConnectionLogStore log = new ConnectionLogStore(database);
    assertThat(log.entries(often, new Slice(TimeRange.EVER, entries, true)))
        .hasSize(entries * 2 / 3)
        .isSortedAccordingTo(Comparator.comparing(Deposit.Connection::time).reversed());
    TimeRange range = new TimeRange(NOW_MILLIS - entries, NOW_MILLIS - entries + 5_999);
    assertThat(log.entries(often, new Slice(range, 5, false)))
        .extracting(Deposit.Connection::time)
        .startsWith(NOW.minusMillis(entries - 1))
        .hasSize(5);
    database.run(transaction -> {
      transaction.handle().execute("DELETE FROM device WHERE id = ?", gone.text());
      RemovalStore.order(
          transaction,
          "job",
          often,
          Removal.everything(new TimeRange(NOW_MILLIS - 5_000, NOW_MILLIS - 3_201)));
    });
    new StateSweep(database, Duration.ofSeconds(9)).run(NOW_MILLIS);
    List<Deposit.Connection> left = log.entries(often, new Slice(TimeRange.EVER, entries, false));
    assertThat(left).hasSize((9_000 - 1_800) * 2 / 3);
    assertThat(count("device_connection_log")).isEqualTo(left.size());
    assertThat(left.getFirst().time()).isEqualTo(NOW.minusMillis(8_999));
  }

  /** What the log says of one connection after the other, however many rows they are. */
  private record Told(long time, boolean connected, Optional<String> reason) {}

  /** A connection that is one row reads, and is removed, as if it were two. */
  @Test
  void aConnectionThatIsOneRowIsTwoEntries() {
    DeviceId device = newDevice();
    List<Told> model = new ArrayList<>();
    List<ConnectionLogEntry> rows = new ArrayList<>();
    long time = NOW_MILLIS - 10_000_000;
    for (int i = 0; i < 300; i++) {
      long began = time + random.nextInt(3) * random.nextLong(40_000);
      time = began + random.nextInt(2) * random.nextLong(ConnectionLogEntry.WHOLE_MAX + 1);
      String reason = "end " + i;
      boolean whole = random.nextBoolean();
      if (!whole) {
        rows.add(entry(device, began, null, null));
      }
      rows.add(entry(device, time, whole ? Instant.ofEpochMilli(began) : null, reason));
      model.add(new Told(began, true, Optional.empty()));
      model.add(new Told(time, false, Optional.of(reason)));
    }
    database.run(transaction -> ConnectionLogStore.append(transaction, rows));
    for (int i = 0; i < 20; i++) {
      assertTold(device, model);
    }
    for (int i = 0; i < 12; i++) {
      TimeRange range = someRange();
      database.run(
          transaction -> RemovalStore.order(transaction, "job", device, Removal.everything(range)));
      new StateSweep(database, Duration.ofDays(1)).removeOrdered();
      model.removeIf(told -> within(range, told));
      assertTold(device, model);
    }
    assertThat(model).hasSizeBetween(20, 500);
  }

  private void assertTold(DeviceId device, List<Told> model) {
    for (TimeRange range : List.of(TimeRange.EVER, someRange())) {
      int limit = random.nextBoolean() ? 1_000 : 1 + random.nextInt(50);
      List<Told> expected = new ArrayList<>(model);
      expected.removeIf(told -> !within(range, told));
      boolean descending = random.nextBoolean();
      assertThat(
              new ConnectionLogStore(database).entries(device, new Slice(range, limit, descending)))
          .as("%s, %s, %s", range, limit, descending)
          .extracting(
              entry -> new Told(entry.time().toEpochMilli(), entry.connected(), entry.reason()))
          .containsExactlyElementsOf(
              (descending ? expected.reversed() : expected).stream().limit(limit).toList());
    }
  }

  private static boolean within(TimeRange range, Told told) {
    return told.time() >= range.startMillis() && told.time() <= range.endMillis();
  }

  private TimeRange someRange() {
    long start = NOW_MILLIS - 10_000_000 + random.nextInt(10_000_000);
    return new TimeRange(start, start + random.nextInt(400_000));
  }

  private ConnectionLogEntry entry(
      DeviceId device, long time, @Nullable Instant began, @Nullable String reason) {
    return new ConnectionLogEntry(
        device,
        ids.next(),
        reason == null,
        Instant.ofEpochMilli(time),
        began,
        reason,
        reason == null ? null : 1L,
        reason == null ? null : 2L,
        "192.0.2.7");
  }

  private Deposit.Connection connection(DeviceId device, int millisAgo) {
    return new Deposit.Connection(
        device,
        ids.next(),
        millisAgo % 2 == 0,
        NOW.minusMillis(millisAgo),
        Optional.empty(),
        Optional.empty(),
        null,
        null,
        Optional.empty());
  }
}
