package io.claviger.benchmarks;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.server.state.DeviceChannels;
import io.claviger.server.state.DeviceInbox;
import io.claviger.server.state.DeviceMessages;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.DepositStore;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.TimeRange;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * How many messages of devices can be taken in, each on the disk before it is acknowledged, and
 * what that does to other writes. Messages are JSON as they come from a broker; so many are under
 * way at once.
 */
public final class StateIngestion {
  private static final int DEVICES = 1_000;
  private static final List<String> ATTRIBUTES = List.of("temperature", "humidity", "door");
  private static final int UNDER_WAY = 2_000;

  private final InstantSource clock = InstantSource.system();
  private final Database database;
  private final ObjectIdSource ids;
  private final List<DeviceId> devices = new ArrayList<>();
  private final PrintStream out;

  private StateIngestion(Database database, PrintStream out) {
    this.database = database;
    this.ids = new ObjectIdSource(InstantSource.system(), RandomGenerator.getDefault());
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param arguments a folder for SQLite or a {@code jdbc:postgresql:} URL, and how many seconds
   */
  public static void main(String[] arguments) throws InterruptedException {
    DatabaseSettings settings =
        DatabaseSettings.of(
                arguments[0].startsWith("jdbc:") ? Optional.of(arguments[0]) : Optional.empty(),
                Path.of(arguments[0].startsWith("jdbc:") ? "." : arguments[0]))
            .orThrow();
    try (Database database = Database.open(settings, InstantSource.system())) {
      StateIngestion run = new StateIngestion(database, System.out);
      run.prepare();
      run.ingest(Duration.ofSeconds(2), false);
      run.ingest(Duration.ofSeconds(Long.parseLong(arguments[1])), true);
      run.read();
    }
  }

  private void prepare() {
    ApplicationId application = new ApplicationId(ids.next());
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                    + " created_at, updated_at) VALUES (?, 'user', 'u', 'a', 'a', '{}', 0, 0)",
                application.text()));
    Instant now = clock.instant();
    List<AttributeRow> attributes =
        ATTRIBUTES.stream()
            .map(name ->
                new AttributeRow(
                    name,
                    name.equals("door") ? AttributeDataType.STRING : AttributeDataType.NUMBER,
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty()))
            .toList();
    DeviceStore store = new DeviceStore(database);
    database.run(transaction -> {
      for (int i = 0; i < DEVICES; i++) {
        DeviceRow row =
            new DeviceRow(
                new DeviceId(ids.next()),
                application,
                "device " + i,
                Optional.empty(),
                DeviceClass.STANDALONE,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                List.of(),
                attributes,
                now,
                now,
                Optional.empty());
        store.insert(transaction, row);
        devices.add(row.id());
      }
    });
  }

  private void ingest(Duration time, boolean report) throws InterruptedException {
    AtomicLong failed = new AtomicLong();
    AtomicLong done = new AtomicLong();
    AtomicBoolean running = new AtomicBoolean(true);
    long[] waits = new long[4_000_000];
    AtomicInteger measured = new AtomicInteger();
    List<Long> others = new ArrayList<>();
    Thread other = Thread.ofPlatform().start(() -> writeOther(running, others));
    Semaphore room = new Semaphore(UNDER_WAY);
    AgeWindow window = new AgeWindow(Duration.ofDays(30));
    DepositStore store = new DepositStore(database, window);
    long start = System.nanoTime();
    try (DeviceInbox inbox = new DeviceInbox(database, store, (_, _) -> {})) {
      DeviceMessages messages =
          new DeviceMessages(
              inbox,
              new DeviceChannels(),
              new ObjectIdSource(clock, new SecureRandom()),
              window,
              new LongAdder());
      for (int i = 0; System.nanoTime() - start < time.toNanos(); i++) {
        room.acquire();
        long sent = System.nanoTime();
        var _ =
            messages
                .state(
                    devices.get(i % DEVICES),
                    message(i),
                    clock.instant(),
                    () -> {},
                    DeviceInbox.Patience.NONE)
                .whenComplete((_, failure) -> {
                  (failure == null ? done : failed).incrementAndGet();
                  int place = measured.getAndIncrement();
                  if (place < waits.length) {
                    waits[place] = System.nanoTime() - sent;
                  }
                  room.release();
                });
      }
      room.acquire(UNDER_WAY);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    running.set(false);
    other.join();
    if (report) {
      long[] sorted = Arrays.copyOf(waits, Math.min(measured.get(), waits.length));
      Arrays.sort(sorted);
      long[] writes = others.stream().mapToLong(Long::longValue).sorted().toArray();
      print("messages/s", done.get() / seconds);
      print("values/s", done.get() * ATTRIBUTES.size() / seconds);
      print("failed", (double) failed.get());
      print("acknowledged after, p50 ms", millis(sorted, 0.5));
      print("acknowledged after, p99 ms", millis(sorted, 0.99));
      print("another write meanwhile, p50 ms", millis(writes, 0.5));
      print("another write meanwhile, p99 ms", millis(writes, 0.99));
    }
  }

  private static byte[] message(int i) {
    String json =
        "{\"data\":{\"temperature\":"
            + (i % 400) / 10.0
            + ",\"humidity\":"
            + i % 100
            + ",\"door\":\""
            + (i % 2 == 0 ? "open" : "shut")
            + "\"}}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /** A change of configuration every 20 ms. */
  private void writeOther(AtomicBoolean running, List<Long> waits) {
    while (running.get()) {
      long start = System.nanoTime();
      database.run(transaction -> {
        transaction
            .handle()
            .execute("UPDATE application SET updated_at = ?", transaction.now().toEpochMilli());
        transaction.record(
            new Change(
                Actor.system(),
                "benchmark",
                new Subject(SubjectType.APPLICATION, "a", ""),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
      });
      waits.add(System.nanoTime() - start);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private void read() {
    StateStore store = new StateStore(database);
    long[] waits = new long[2_000];
    for (int i = 0; i < waits.length; i++) {
      long start = System.nanoTime();
      store.latest(List.of(devices.get(i % DEVICES)), Optional.empty(), TimeRange.EVER);
      waits[i] = System.nanoTime() - start;
    }
    Arrays.sort(waits);
    print("composite state of a device, p50 ms", millis(waits, 0.5));
    long start = System.nanoTime();
    store.latest(devices, Optional.empty(), TimeRange.EVER);
    print("composite state of 1,000 devices, ms", (System.nanoTime() - start) / 1e6);
  }

  private static double millis(long[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / 1e6;
  }

  private void print(String what, double value) {
    out.printf(Locale.ROOT, "%-40s %12.2f%n", what, value);
  }
}
