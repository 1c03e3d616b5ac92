package io.claviger.store.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.Aggregation;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.AttributeValue.Flag;
import io.claviger.core.state.AttributeValue.Numeric;
import io.claviger.core.state.AttributeValue.Text;
import io.claviger.core.state.GivenTime;
import io.claviger.core.state.Report;
import io.claviger.core.state.Timeline;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.Deposit.Outcome;
import io.claviger.store.state.RemovalStore.Removal;
import io.claviger.store.state.StateStore.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What devices report, against a map of maps (STA-5 to STA-12). */
abstract class StateStoresContract {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final long NOW_MILLIS = NOW.toEpochMilli();
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final Map<String, AttributeDataType> ATTRIBUTES =
      Map.of(
          "n", AttributeDataType.NUMBER,
          "m", AttributeDataType.NUMBER,
          "b", AttributeDataType.BOOLEAN,
          "s", AttributeDataType.STRING);

  private static final List<Aggregation.Function> FUNCTIONS =
      List.of(Aggregation.Function.values());

  private final Random random = new Random(42);
  private final ObjectIdSource ids = new ObjectIdSource(InstantSource.fixed(NOW), random);
  private final Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> model =
      new HashMap<>();
  private final List<DeviceId> devices = new ArrayList<>();
  private Database database;
  private DepositStore deposits;
  private StateStore states;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(NOW));
    deposits = new DepositStore(database, new AgeWindow(RETENTION));
    states = new StateStore(database);
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                    + " created_at, updated_at) VALUES (?, 'user', 'u', 'a', 'a', '{}', 0, 0)",
                APPLICATION.text()));
    for (int i = 0; i < 4; i++) {
      devices.add(newDevice(DeviceClass.STANDALONE, ATTRIBUTES));
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private DeviceId newDevice(DeviceClass deviceClass, Map<String, AttributeDataType> attributes) {
    DeviceRow row = row(new DeviceId(ids.next()), deviceClass, attributes);
    database.run(transaction -> new DeviceStore(database).insert(transaction, row));
    return row.id();
  }

  private static DeviceRow row(
      DeviceId id, DeviceClass deviceClass, Map<String, AttributeDataType> attributes) {
    return new DeviceRow(
        id,
        APPLICATION,
        "d",
        Optional.empty(),
        deviceClass,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        List.of(),
        attributes.entrySet().stream()
            .map(entry ->
                new AttributeRow(
                    entry.getKey(),
                    entry.getValue(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty()))
            .toList(),
        NOW,
        NOW,
        Optional.empty());
  }

  private List<Outcome> write(Deposit... list) {
    return database.write(transaction -> deposits.write(transaction, List.of(list)));
  }

  private Deposit.States states(DeviceId device, long time, Map<String, AttributeValue> data) {
    return new Deposit.States(
        device, List.of(new Report(new GivenTime.Millis(time), data, Optional.empty())), NOW);
  }

  private AttributeValue randomValue(AttributeDataType type) {
    return switch (type) {
      case NUMBER -> new Numeric(random.nextInt(40) / 4.0 - 5);
      case BOOLEAN -> new Flag(random.nextBoolean());
      case STRING, GPS, BLOB ->
          new Text(random.nextInt(5) == 0 ? "" : "t\u00e4" + random.nextInt(9));
    };
  }

  /** Few moments, so that states meet; some of them outside of what is kept. */
  private void reportAtRandom(int reports) {
    List<Deposit> batch = new ArrayList<>();
    for (int i = 0; i < reports; i++) {
      DeviceId device = devices.get(random.nextInt(devices.size()));
      Map<String, AttributeValue> data = new HashMap<>();
      for (String name : List.of("n", "m", "b", "s", "unknown")) {
        if (random.nextInt(3) == 0) {
          data.put(name, randomValue(ATTRIBUTES.getOrDefault(name, AttributeDataType.NUMBER)));
        }
      }
      long time = NOW_MILLIS - random.nextInt(50) * 1000L;
      if (random.nextInt(10) == 0) {
        time = NOW_MILLIS - RETENTION.toMillis() - 1;
      }
      batch.add(states(device, time, data));
      data.remove("unknown");
      if (time >= NOW_MILLIS - 60_000 && !data.isEmpty()) {
        model
            .computeIfAbsent(device, _ -> new TreeMap<>())
            .computeIfAbsent(time, _ -> new HashMap<>())
            .putAll(data);
      }
      if (random.nextInt(4) == 0) {
        flush(batch);
      }
    }
    flush(batch);
  }

  private void flush(List<Deposit> batch) {
    write(batch.toArray(Deposit[]::new));
    batch.clear();
  }

  private NavigableMap<Long, Map<String, AttributeValue>> of(DeviceId device) {
    return model.getOrDefault(device, new TreeMap<>());
  }

  private TimeRange randomRange() {
    long start = NOW_MILLIS - random.nextInt(60) * 1000L + random.nextInt(3) - 1;
    return new TimeRange(start, start + random.nextInt(60) * 1000L + random.nextInt(3));
  }

  @Test
  void statesAreWhatWasReported() {
    reportAtRandom(300);
    for (int round = 0; round < 60; round++) {
      DeviceId device = devices.get(random.nextInt(devices.size()));
      Slice slice = new Slice(randomRange(), 1 + random.nextInt(20), random.nextBoolean());
      NavigableMap<Long, Map<String, AttributeValue>> within =
          of(device).subMap(slice.range().startMillis(), true, slice.range().endMillis(), true);
      List<Report.Kept> expected =
          (slice.descending() ? within.descendingMap() : within)
              .entrySet().stream()
                  .limit(slice.limit())
                  .map(entry -> new Report.Kept(entry.getKey(), entry.getValue()))
                  .toList();
      assertThat(states.states(device, slice)).as("%s", slice).isEqualTo(expected);
    }
  }

  @Test
  void lastValuesAreThoseOfEachAttribute() {
    reportAtRandom(200);
    for (int round = 0; round < 60; round++) {
      TimeRange range = round == 0 ? TimeRange.EVER : randomRange();
      Optional<Set<String>> attributes =
          random.nextBoolean() ? Optional.empty() : Optional.of(Set.of("n", "s", "nothing"));
      Map<DeviceId, Map<String, Sample>> expected = new HashMap<>();
      for (DeviceId device : devices) {
        of(device)
            .subMap(range.startMillis(), true, range.endMillis(), true)
            .forEach((time, values) ->
                values.forEach((name, value) -> {
                  if (attributes.isEmpty() || attributes.get().contains(name)) {
                    expected
                        .computeIfAbsent(device, _ -> new HashMap<>())
                        .put(name, new Sample(time, value));
                  }
                }));
      }
      assertThat(states.latest(devices, attributes, range)).isEqualTo(expected);
    }
  }

  /** Function by function over the same values in memory. */
  @Test
  void sumsAreThoseOfTheirIntervals() {
    reportAtRandom(300);
    TimeSeriesStore store = new TimeSeriesStore(database);
    for (int round = 0; round < 60; round++) {
      TimeRange range = randomRange();
      Timeline timeline =
          new Timeline(range.startMillis(), range.endMillis(), random.nextInt(4) * 3000L);
      Aggregation.Function function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
      TimeSeriesStore.Wanted wanted =
          new TimeSeriesStore.Wanted(
              Optional.empty(), timeline, function, Optional.empty(), false, NOW_MILLIS);
      assertThat(store.points(devices, wanted))
          .as("%s %s", function, timeline)
          .isEqualTo(summed(timeline, function));
    }
  }

  private Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> summed(
      Timeline timeline, Aggregation.Function function) {
    Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> points = new HashMap<>();
    for (DeviceId device : devices) {
      for (String name : ATTRIBUTES.keySet()) {
        NavigableMap<Long, List<AttributeValue>> intervals = new TreeMap<>();
        of(device)
            .subMap(timeline.startMillis(), true, timeline.endMillis(), true)
            .forEach((time, values) -> {
              if (values.containsKey(name)) {
                intervals
                    .computeIfAbsent(timeline.intervalOf(time), _ -> new ArrayList<>())
                    .add(values.get(name));
              }
            });
        intervals.forEach((begin, values) ->
            Aggregation.apply(function, values)
                .ifPresent(value ->
                    points
                        .computeIfAbsent(device, _ -> new TreeMap<>())
                        .computeIfAbsent(begin, _ -> new TreeMap<>())
                        .put(name, value)));
      }
    }
    return points;
  }

  @Test
  void outcomesTellWhatBecameOfEach() {
    DeviceId system = newDevice(DeviceClass.SYSTEM, ATTRIBUTES);
    DeviceId deleted = newDevice(DeviceClass.STANDALONE, ATTRIBUTES);
    database.run(transaction ->
        new DeviceStore(database)
            .updateDeletion(
                transaction, row(deleted, DeviceClass.STANDALONE, ATTRIBUTES).deleted(NOW)));
    Map<String, AttributeValue> data = Map.of("n", new Text("1"), "b", new Text("?"));
    List<Outcome> outcomes =
        write(
            states(devices.getFirst(), NOW_MILLIS, data),
            states(system, NOW_MILLIS, data),
            states(deleted, NOW_MILLIS, data),
            states(new DeviceId("f".repeat(24)), NOW_MILLIS, data),
            states(devices.getFirst(), NOW_MILLIS, Map.of("b", new Text("?"))));
    assertThat(outcomes)
        .containsExactly(
            new Outcome.KeptStates(
                List.of(Optional.of(new Report.Kept(NOW_MILLIS, Map.of("n", new Numeric(1)))))),
            new Outcome.Refused(),
            new Outcome.NoDevice(),
            new Outcome.NoDevice(),
            new Outcome.KeptStates(List.of(Optional.empty())));
  }

  /** More than one step of each, and nothing beside it. */
  @Test
  void theSweepRemovesWhatIsDue() {
    Map<String, AttributeDataType> one = Map.of("n", AttributeDataType.NUMBER);
    DeviceId gone = newDevice(DeviceClass.STANDALONE, one);
    DeviceId stays = newDevice(DeviceClass.STANDALONE, one);
    for (DeviceId device : List.of(gone, stays)) {
      List<Report> reports = new ArrayList<>();
      List<Deposit> commands = new ArrayList<>();
      for (int i = 0; i < 2_500; i++) {
        long time = NOW_MILLIS - i * 1000L;
        reports.add(
            new Report(new GivenTime.Millis(time), Map.of("n", new Numeric(i)), Optional.empty()));
        commands.add(
            new Deposit.Command(
                device, Instant.ofEpochMilli(time), ids.next(), "c", Optional.empty()));
      }
      write(new Deposit.States(device, reports, NOW));
      flush(commands);
    }
    database.run(transaction -> {
      transaction.handle().execute("DELETE FROM device WHERE id = ?", gone.text());
      RemovalStore.order(
          transaction,
          "job",
          stays,
          Removal.everything(new TimeRange(NOW_MILLIS - 4_000, NOW_MILLIS - 2_000)));
    });
    StateSweep sweep = new StateSweep(database, Duration.ofMinutes(20));
    sweep.run(NOW_MILLIS);
    sweep.run(NOW_MILLIS);
    assertThat(count("state_series")).isEqualTo(1);
    assertThat(count("state_point")).isEqualTo(1_201 - 3);
    assertThat(count("device_command")).isEqualTo(1_201 - 3);
    assertThat(count("state_removal")).isZero();
    assertThat(states.states(stays, new Slice(TimeRange.EVER, 1, false)))
        .extracting(Report.Kept::timeMillis)
        .containsExactly(NOW_MILLIS - 1_200_000);
  }

  /** STA-10: for whom a command is, is settled at once; it is kept for each of them once. */
  @Test
  void commandsForManyDevices() {
    CommandJobs jobs = new CommandJobs(database, deposits);
    DeviceId gone = devices.getFirst();
    DeviceSet all = DeviceSet.present(APPLICATION, new DeviceFilter.Everything());
    DeviceSet some = DeviceSet.present(APPLICATION, DeviceFilter.identified(Set.of(gone)));
    CommandJobs.Order order =
        new CommandJobs.Order(NOW, "c", Optional.of("\"" + "p".repeat(512) + "\""));
    long accepted =
        database.write(
            transaction -> jobs.accept(transaction, "j1", APPLICATION, List.of(all, some), order));
    assertThat(accepted).isEqualTo(4);
    database.run(transaction -> jobs.accept(transaction, "j2", APPLICATION, List.of(some), order));
    DeviceId late = newDevice(DeviceClass.STANDALONE, ATTRIBUTES);
    database.run(transaction ->
        transaction.handle().execute("UPDATE device SET deleted_at = 1 WHERE id = ?", gone.text()));
    assertThat(jobs.any()).isTrue();
    List<DeviceId> told = new ArrayList<>();
    CommandJobs.Step step;
    int steps = 0;
    do {
      step = database.write(transaction -> jobs.step(transaction, 6, 256, ids));
      step.kept().forEach(command -> told.add(command.device()));
      steps++;
    } while (step.more());
    // Two of that length fit into six.
    assertThat(steps).isGreaterThan(3);
    assertThat(told).containsExactlyInAnyOrderElementsOf(devices.subList(1, devices.size()));
    assertThat(told).doesNotContain(late, gone);
    assertThat(count("device_command")).isEqualTo(3);
    assertThat(count("command_job")).isZero();
    assertThat(count("command_job_device")).isZero();
    assertThat(jobs.any()).isFalse();
  }

  private long count(String table) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one());
  }

  @Test
  void whatDoesNotFitIntoAnAnswerIsRefusedWhileItIsRead() {
    DeviceId device = newDevice(DeviceClass.STANDALONE, Map.of("s", AttributeDataType.STRING));
    String text = "x".repeat(60_000);
    List<Deposit> batch = new ArrayList<>();
    for (int i = 0; i < 520; i++) {
      batch.add(states(device, NOW_MILLIS - i, Map.of("s", new Text(text))));
    }
    flush(batch);
    assertThat(states.states(device, new Slice(TimeRange.EVER, 400, true))).hasSize(400);
    assertThatThrownBy(() -> states.states(device, new Slice(TimeRange.EVER, 520, true)))
        .isInstanceOf(TooMuchData.class);
  }
}
