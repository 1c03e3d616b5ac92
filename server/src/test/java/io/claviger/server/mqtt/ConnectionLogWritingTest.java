package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.IpAddress;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.state.ConnectionLogStore;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Slice;
import io.claviger.store.state.TimeRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** That the log of connections is complete and in order, however many come (MQT-9). */
class ConnectionLogWritingTest {
  private static final Plant PLANT = Plant.start();

  /** What the log wants to have run; nothing runs before the test says so. */
  private final Queue<Runnable> asked = new ArrayDeque<>();

  private final Database database = PLANT.server.wiring().database();
  private final DeviceId device =
      new DeviceId(PLANT.server.newDevice(PLANT.application, "gateway"));
  private final ConnectionLog log =
      new ConnectionLog(
          new DeviceConnectionStore(database, PLANT.server.newId()),
          new ObjectIdSource(PLANT.server.clock(), new Random(4)),
          PLANT.server.clock(),
          asked::add);

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private LiveSession session() {
    return new LiveSession(
        device,
        new AccessKeyId(PLANT.server.newId()),
        IpAddress.parse("192.0.2.7").toOptional(),
        _ -> {});
  }

  /** Comes and goes; the number of the connection is how many messages it sent. */
  private void comeAndGo(int first, int count) {
    for (int i = first; i < first + count; i++) {
      LiveSession session = session();
      log.connected(session);
      for (int message = 0; message < i; message++) {
        session.countFromClient();
      }
      PLANT.server.clock().advanceMillis(i % 3 == 0 ? 1 : 0);
      log.disconnected(session, "end " + i);
    }
  }

  private List<Deposit.Connection> written() {
    return new ConnectionLogStore(database)
        .entries(device, new Slice(TimeRange.EVER, 10_000, false));
  }

  private void assertWritten(int connections) {
    List<Deposit.Connection> entries = written();
    assertThat(entries).hasSize(2 * connections);
    for (int i = 0; i < connections; i++) {
      Deposit.Connection began = entries.get(2 * i);
      assertThat(began.connected()).isTrue();
      assertThat(began.reason()).isEmpty();
      assertThat(began.messagesFromClient()).isNull();
      assertThat(began.address()).contains("192.0.2.7");
      Deposit.Connection ended = entries.get(2 * i + 1);
      assertThat(ended.connected()).isFalse();
      assertThat(ended.reason()).contains("end " + i);
      assertThat(ended.messagesFromClient()).isEqualTo(i);
      assertThat(ended.messagesToClient()).isZero();
      assertThat(ended.address()).contains("192.0.2.7");
    }
  }

  @Test
  void manyAreWrittenWithoutWaitingForTheFlush() {
    int full = ConnectionLog.BATCH;
    comeAndGo(0, full - 1);
    assertThat(asked).isEmpty();
    comeAndGo(full - 1, 1);
    assertThat(asked).hasSize(1);
    comeAndGo(full, full + 220);
    // Not asked again while it is not done.
    assertThat(asked).hasSize(1);
    asked.remove().run();
    assertThat(written()).hasSize(2 * 2 * ConnectionLog.BATCH);
    log.flush();
    assertWritten(2 * full + 220);
    DeviceConnectionStore.Connection last =
        Objects.requireNonNull(DeviceConnectionStore.find(database, List.of(device)).get(device));
    assertThat(last.connected()).isFalse();
    assertThat(last.reason()).contains("end " + (2 * full + 219));
    assertThat(last.connectedAt()).isPresent();
  }

  @Test
  void whatCannotBeWrittenStaysInItsOrder() {
    comeAndGo(0, 3);
    rename("device_connection_log", "hidden");
    try {
      log.flush();
      comeAndGo(3, ConnectionLog.BATCH);
      List.copyOf(asked).forEach(Runnable::run);
      comeAndGo(3 + ConnectionLog.BATCH, 4);
    } finally {
      rename("hidden", "device_connection_log");
    }
    assertThat(written()).isEmpty();
    log.flush();
    assertWritten(7 + ConnectionLog.BATCH);
    log.flush();
    assertWritten(7 + ConnectionLog.BATCH);
  }

  @Test
  void deviceThatIsTakenOverEndsBeforeItBegins() {
    LiveSession first = session();
    LiveSession second = session();
    log.connected(first);
    log.connected(second);
    // Noticed too late to count.
    log.disconnected(first, "late");
    log.flush();
    List<Boolean> connected = new ArrayList<>();
    List<Optional<String>> reasons = new ArrayList<>();
    for (Deposit.Connection entry : written()) {
      connected.add(entry.connected());
      reasons.add(entry.reason());
    }
    assertThat(connected).containsExactly(true, false, true);
    assertThat(reasons)
        .containsExactly(Optional.empty(), Optional.of(Ending.TAKEN_OVER.text()), Optional.empty());
  }

  private void rename(String from, String to) {
    database.run(
        transaction -> transaction.handle().execute("ALTER TABLE " + from + " RENAME TO " + to));
  }
}
