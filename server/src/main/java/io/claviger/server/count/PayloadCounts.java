package io.claviger.server.count;

import io.claviger.core.id.ApplicationId;
import io.claviger.server.background.Background;
import io.claviger.store.Database;
import io.claviger.store.application.HistoryCounts;
import io.claviger.store.application.HistoryCounts.Counted;
import io.claviger.store.application.HistoryCounts.Sum;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts messages by application, hour, kind and source. In memory; what has gathered is written
 * every few seconds, so that counting costs nothing, and a process that dies loses seconds of it.
 */
public final class PayloadCounts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PayloadCounts.class);
  private static final long HOUR_MILLIS = 3_600_000;
  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofMinutes(60);
  private static final int STEP = 1_000;

  /** What is counted, under its name in answers. */
  public enum Kind {
    DEVICE_CREATE("deviceCreate"),
    DEVICE_COMMAND("deviceCommand"),
    DEVICE_CONNECT("deviceConnect"),
    DEVICE_DISCONNECT("deviceDisconnect"),
    DEVICE_STATE("deviceState"),
    EVENT("event"),
    /** On custom topics, to the broker. */
    MQTT_IN("mqttIn"),
    /** On any topics, from the broker to a device. */
    MQTT_OUT("mqttOut");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    /** The name in answers. */
    public String wireName() {
      return wireName;
    }
  }

  /** Where it came from. */
  public enum Source {
    API("api"),
    MQTT("mqtt");

    private final String wireName;

    Source(String wireName) {
      this.wireName = wireName;
    }

    String wireName() {
      return wireName;
    }
  }

  private record Key(ApplicationId application, Kind kind, Source source, long hour) {
    Counted row() {
      return new Counted(application, hour, kind.wireName(), source.wireName());
    }
  }

  private record Gathered(LongAdder messages, LongAdder bytes) {}

  private final Database database;
  private final InstantSource clock;
  private final Duration retention;
  private final Map<Key, Gathered> gathered = new ConcurrentHashMap<>();
  private final Background background = new Background("payload-counts");

  /**
   * Begins to count.
   *
   * @param retention how long counts are kept
   */
  public PayloadCounts(Database database, InstantSource clock, Duration retention) {
    this.database = database;
    this.clock = clock;
    this.retention = retention;
    background.every(FLUSH, "counts of messages could not be written yet", this::flush);
    background.every(SWEEP, "old counts of messages could not be removed yet", this::sweep);
  }

  /** Counts one message. Never blocks. */
  public void count(ApplicationId application, Kind kind, Source source, long bytes) {
    count(application, kind, source, 1, bytes);
  }

  /** Counts some messages that have a length together. Never blocks. */
  public void count(
      ApplicationId application, Kind kind, Source source, long messages, long bytes) {
    add(new Key(application, kind, source, clock.millis() / HOUR_MILLIS), messages, bytes);
  }

  private void add(Key key, long messages, long bytes) {
    Gathered sums =
        gathered.computeIfAbsent(key, _ -> new Gathered(new LongAdder(), new LongAdder()));
    sums.messages().add(messages);
    sums.bytes().add(bytes);
  }

  /** Writes what has gathered; what could not be written stays for the next time. */
  public synchronized void flush() {
    Map<Key, Sum> sums = new HashMap<>();
    long now = clock.millis() / HOUR_MILLIS;
    gathered.forEach((key, counts) -> {
      Sum sum = new Sum(counts.messages().sumThenReset(), counts.bytes().sumThenReset());
      if (sum.messages() > 0) {
        sums.put(key, sum);
      } else if (key.hour() != now) {
        gathered.remove(key);
      }
    });
    if (sums.isEmpty()) {
      return;
    }
    Map<Counted, Sum> rows = HashMap.newHashMap(sums.size());
    sums.forEach((key, sum) -> rows.put(key.row(), sum));
    try {
      database.run(transaction -> HistoryCounts.add(transaction, rows));
    } catch (RuntimeException e) {
      LOG.warn("counts of messages could not be written yet", e);
      sums.forEach((key, sum) -> add(key, sum.messages(), sum.bytes()));
    }
  }

  /** Removes what is older than it is kept. */
  void sweep() {
    long oldest = (clock.millis() - retention.toMillis()) / HOUR_MILLIS;
    int removed;
    do {
      removed =
          database.write(transaction -> HistoryCounts.removeBefore(transaction, oldest, STEP));
    } while (removed >= STEP && !background.closed());
  }

  /** Writes what is waiting. */
  @Override
  public void close() {
    background.close();
    flush();
  }
}
