package io.claviger.store.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.state.AgeWindow;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.DepositStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How connections of devices are kept, the same on every database (DEV-6). */
abstract class DeviceConnectionStoreContract {
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final DeviceId DEVICE = new DeviceId("d".repeat(24));
  private static final Instant BEGIN = Instant.ofEpochMilli(1_800_000_000_000L);
  private static final Instant END = BEGIN.plusMillis(5);

  private Instant now = BEGIN;
  private Database database;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    InstantSource clock = () -> now;
    database = Database.open(freshSettings(), clock);
    database.run(transaction -> {
      transaction
          .handle()
          .createUpdate(
              "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                  + " created_at, updated_at) VALUES (:id, 'user', 'x', 'A', 'a', '{}', 0, 0)")
          .bind("id", APPLICATION.text())
          .execute();
      transaction
          .handle()
          .createUpdate(
              "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                  + " keep_duplicates, created_at, updated_at)"
                  + " VALUES (:id, :application, 'D', 'd', 'standalone', 0, 0, 0)")
          .bind("id", DEVICE.text())
          .bind("application", APPLICATION.text())
          .execute();
    });
  }

  @AfterEach
  void close() {
    database.close();
  }

  private DeviceConnectionStore node(String name) {
    DeviceConnectionStore store = new DeviceConnectionStore(database, name);
    store.begin(false);
    return store;
  }

  /** What is known of the connection; lists sort and search by what the row of the device says. */
  private Optional<Connection> known() {
    int different =
        database.read(handle ->
            handle
                .createQuery(
                    "SELECT COUNT(*) FROM device d WHERE d.connection_status IS DISTINCT FROM"
                        + " (SELECT c.status FROM device_connection c WHERE c.device_id = d.id)")
                .mapTo(Integer.class)
                .one());
    assertThat(different).as("devices whose rows say something else").isZero();
    return Optional.ofNullable(DeviceConnectionStore.find(database, List.of(DEVICE)).get(DEVICE));
  }

  private static Connection begun() {
    return new Connection(
        true, Optional.of(BEGIN), Optional.empty(), Optional.empty(), Optional.of("203.0.113.9"));
  }

  private static Connection ended() {
    return new Connection(
        false,
        Optional.empty(),
        Optional.of(END),
        Optional.of("Connection lost"),
        Optional.empty());
  }

  @Test
  void whatIsNotSaidAgainIsKept() {
    DeviceConnectionStore one = node("one");
    assertThat(known()).isEmpty();
    one.write(Map.of(DEVICE, begun()));
    assertThat(known()).contains(begun());
    one.write(Map.of(DEVICE, ended()));
    assertThat(known())
        .contains(
            new Connection(
                false,
                Optional.of(BEGIN),
                Optional.of(END),
                Optional.of("Connection lost"),
                Optional.of("203.0.113.9")));
    one.write(Map.of(DEVICE, begun()));
    assertThat(known().orElseThrow().reason()).isEmpty();
    assertThat(known().orElseThrow().connected()).isTrue();
  }

  @Test
  void devicesThatAreGoneAreLeftOut() {
    DeviceId absent = new DeviceId("e".repeat(24));
    node("one").write(Map.of(DEVICE, begun(), absent, begun()));
    assertThat(DeviceConnectionStore.find(database, List.of(DEVICE, absent)))
        .containsOnlyKeys(DEVICE);
  }

  @Test
  void connectionsEndWithTheirNode() {
    DeviceConnectionStore one = node("one");
    one.write(Map.of(DEVICE, begun()));
    DeviceConnectionStore two = node("two");
    assertThat(known().orElseThrow().connected()).isTrue();
    now = BEGIN.plus(DeviceConnectionStore.GONE);
    assertThat(one.beat()).isFalse();
    assertThat(two.beat()).isFalse();
    assertThat(known().orElseThrow().connected()).isTrue();
    now = now.plus(DeviceConnectionStore.GONE).plusMillis(1);
    two.beat();
    assertThat(known().orElseThrow().connected()).isFalse();
    assertThat(known().orElseThrow().reason()).contains("Server stopped");
    // A node that was only slow hears of it, and says again what is true.
    assertThat(one.beat()).isTrue();
    one.write(Map.of(DEVICE, begun()));
    assertThat(known().orElseThrow().connected()).isTrue();
    one.end();
    assertThat(known().orElseThrow().connected()).isFalse();
  }

  /** STA-11: what was told over HTTP is no connection of a node, and outlives all of them. */
  @Test
  void connectionsThatWereToldOfDoNotEndWithANode() {
    DeviceConnectionStore one = node("one");
    one.write(Map.of(DEVICE, begun()));
    tell(true);
    one.end();
    assertThat(known().orElseThrow().connected()).isTrue();
    new DeviceConnectionStore(database, "two").begin(true);
    assertThat(known().orElseThrow().connected()).isTrue();
    tell(false);
    assertThat(known().orElseThrow().connected()).isFalse();
  }

  private void tell(boolean connected) {
    var store = new DepositStore(database, new AgeWindow(Duration.ofDays(1)));
    var told =
        new Deposit.Connection(
            DEVICE,
            "told " + connected,
            connected,
            now,
            Optional.empty(),
            Optional.empty(),
            null,
            null,
            Optional.empty());
    database.run(transaction -> store.write(transaction, List.of(told)));
  }

  @Test
  void nodeThatIsAloneBeginsWithNothingConnected() {
    node("one").write(Map.of(DEVICE, begun()));
    new DeviceConnectionStore(database, "two").begin(true);
    assertThat(known().orElseThrow().connected()).isFalse();
  }
}
