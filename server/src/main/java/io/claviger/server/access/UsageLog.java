package io.claviger.server.access;

import io.claviger.store.usage.CredentialParty;
import io.claviger.store.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts how credentials are used: equal uses of an hour become one row with a number. Whatever
 * clients send, the rows of an hour are bounded, for each credential and altogether; what is beyond
 * is counted without the parts that a client can choose. Counting is a look-up in memory; {@link
 * #flush} writes what has gathered.
 */
public final class UsageLog {
  /** Rows that one credential fills in an hour; a program with a handful of hosts needs ten. */
  static final int CREDENTIAL_ROWS_MAX = 100;

  /** Addresses from which credentials come in an hour that do not exist. */
  static final int UNKNOWN_ROWS_MAX = 1_000;

  /** Rows of an hour on this node; each is less than a kilobyte of memory. */
  static final int ROWS_MAX = 50_000;

  /** Rows written at once: other writers wait some milliseconds. */
  private static final int BATCH = 500;

  /** Rows written by one flush; the rest is left to the next. */
  static final int FLUSH_MAX = 5_000;

  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final LongAdder pooled = new LongAdder();
  private volatile Hour current = new Hour(Long.MIN_VALUE);
  private volatile List<Hour> past = List.of();

  /** The rows of one hour. They stay until it is over, so that they are known as admitted. */
  private static final class Hour {
    final long start;
    final Map<Usage.Key, Tally> rows = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> rowsByCredential = new ConcurrentHashMap<>();
    final AtomicInteger total = new AtomicInteger();

    Hour(long start) {
      this.start = start;
    }
  }

  /** How often, since it was last written. */
  private static final class Tally {
    private long uses;
    private Instant first = Instant.MIN;
    private Instant last = Instant.MIN;

    synchronized void add(long more, Instant from, Instant to) {
      first = uses == 0 || from.isBefore(first) ? from : first;
      last = uses == 0 || to.isAfter(last) ? to : last;
      uses += more;
    }

    synchronized Optional<Usage> take(Usage.Key key) {
      if (uses == 0) {
        return Optional.empty();
      }
      Usage taken = new Usage(key, uses, first, last);
      uses = 0;
      return Optional.of(taken);
    }
  }

  /** Counts one use. */
  void note(Usage.Key key, Instant now) {
    Hour hour = hour(now);
    Tally tally = hour.rows.get(key);
    if (tally == null) {
      tally = hour.rows.computeIfAbsent(admitted(hour, key), _ -> new Tally());
    }
    tally.add(1, now, now);
  }

  /** Uses that were counted without all of their parts, since the start. */
  public long pooled() {
    return pooled.sum();
  }

  /** A clock that is set back goes on in the hour that has begun. */
  private Hour hour(Instant now) {
    Hour hour = current;
    return now.toEpochMilli() < hour.start + HOUR ? hour : next(now);
  }

  private synchronized Hour next(Instant now) {
    long start = Math.floorDiv(now.toEpochMilli(), HOUR) * HOUR;
    if (current.start < start) {
      List<Hour> all = new ArrayList<>(past);
      all.add(current);
      past = List.copyOf(all);
      current = new Hour(start);
    }
    return current;
  }

  /** The key itself while there is room, else one that has less of what a client can choose. */
  private Usage.Key admitted(Hour hour, Usage.Key key) {
    CredentialParty party = key.party();
    boolean known = !party.credential().isEmpty();
    int most = known ? CREDENTIAL_ROWS_MAX : UNKNOWN_ROWS_MAX;
    if (room(hour, key, most)) {
      return key;
    }
    pooled.increment();
    Usage.Key shorter = pooled(party.anywhere(), key);
    if (hour.rows.containsKey(shorter) || (known && room(hour, shorter, 2 * most))) {
      return shorter;
    }
    Usage.Key shortest = pooled(party.unseen(), key);
    if (hour.rows.containsKey(shortest) || (known && room(hour, shortest, 3 * most))) {
      return shortest;
    }
    return pooled(CredentialParty.UNKNOWN, key);
  }

  private static Usage.Key pooled(CredentialParty party, Usage.Key key) {
    return new Usage.Key(
        party, Optional.empty(), key.outcome(), Optional.empty(), Optional.empty(), key.asked());
  }

  /** Takes a place for a row. Two threads with one new key may take two: that only costs room. */
  private static boolean room(Hour hour, Usage.Key key, int most) {
    if (hour.total.get() >= ROWS_MAX) {
      return false;
    }
    AtomicInteger rows =
        hour.rowsByCredential.computeIfAbsent(key.party().credential(), _ -> new AtomicInteger());
    if (rows.get() >= most) {
      return false;
    }
    rows.incrementAndGet();
    hour.total.incrementAndGet();
    return true;
  }

  /**
   * Writes much of what has gathered.
   *
   * @param writer takes some rows; when it throws, they count as not written
   * @return whether it was all
   */
  synchronized boolean flush(Consumer<List<Usage>> writer) {
    int left = FLUSH_MAX;
    List<Hour> over = past;
    for (Hour hour : over) {
      left -= flush(hour, writer, left);
    }
    if (left > 0) {
      // Whoever still held one of these hours has let go of it since the flush before.
      past = List.of();
      left -= flush(current, writer, left);
    }
    return left > 0;
  }

  private static int flush(Hour hour, Consumer<List<Usage>> writer, int most) {
    List<Usage> batch = new ArrayList<>();
    int written = 0;
    for (Map.Entry<Usage.Key, Tally> row : hour.rows.entrySet()) {
      if (written + batch.size() >= most) {
        break;
      }
      row.getValue().take(row.getKey()).ifPresent(batch::add);
      if (batch.size() == BATCH) {
        write(hour, writer, batch);
        written += batch.size();
        batch.clear();
      }
    }
    write(hour, writer, batch);
    return written + batch.size();
  }

  private static void write(Hour hour, Consumer<List<Usage>> writer, List<Usage> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      writer.accept(List.copyOf(batch));
    } catch (RuntimeException e) {
      for (Usage usage : batch) {
        Tally tally = hour.rows.get(usage.key());
        if (tally != null) {
          tally.add(usage.uses(), usage.first(), usage.last());
        }
      }
      throw e;
    }
  }
}
