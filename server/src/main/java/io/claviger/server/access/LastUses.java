package io.claviger.server.access;

import io.claviger.store.facts.CredentialUses.Use;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last use of each credential in use. Where a fleet of a million always is, an object for each
 * use would keep the collector busy for as long as the requests; so uses stand in columns, a client
 * that several credentials share is kept once, and the place of a credential stays while it is used
 * again and again.
 *
 * <p>Uses are written in rounds, little by little, in the order of ids, in which rows of the
 * database lie near each other. What is written is forgotten some time after.
 */
final class LastUses {
  /** Credentials; a use of another one is left out rather than the memory filled. */
  static final int CREDENTIALS_MAX = 1_000_000;

  /** Different clients, each with up to some hundred characters; beyond, as above. */
  static final int CLIENTS_MAX = 200_000;

  /** Credentials written at once: other writers and requests wait two milliseconds. */
  static final int BATCH = 200;

  /** The same when nobody waits. */
  private static final int LARGE_BATCH = 5_000;

  /** Of a key to sort by: they tell which credential it is of. */
  private static final int NUMBER_BITS = 20;

  /** Of an id, as many as have room in the other bits of a key. */
  private static final int DIGITS = 10;

  private static final int ID_LENGTH = 24;
  private static final int HEX = 16;
  private static final int TABLES = 64;

  /** Each has some of the credentials, told by their hash, and is its own lock. */
  private final List<UseTable<Client>> tables =
      Stream.generate(() -> new UseTable<Client>()).limit(TABLES).toList();

  private final AtomicInteger credentials = new AtomicInteger();
  private volatile Map<Client, Client> clients = new ConcurrentHashMap<>();

  /** Whose uses this round writes, in the order of ids, and how many of them it has written. */
  private String[] round = {};

  private int written;

  /** Whether the last try to write failed, and there has been no new one. */
  private boolean failed;

  /** What a credential was used with. */
  private record Client(Optional<String> address, Optional<String> userAgent) {}

  /**
   * Puts down a use; one that is older than what is known changes nothing.
   *
   * @param id of a credential, 24 hexadecimal digits
   */
  void note(String id, Use use) {
    UseTable<Client> table = table(id);
    synchronized (table) {
      int slot = table.find(id);
      if (slot < 0 && credentials.get() >= CREDENTIALS_MAX) {
        return;
      }
      Client client = new Client(use.address(), use.userAgent());
      Client known = slot < 0 ? null : table.value(slot);
      Client shared = client.equals(known) ? known : shared(client);
      if (shared != null && table.put(id, use.at().toEpochMilli(), shared)) {
        credentials.incrementAndGet();
      }
    }
  }

  /** The same client as kept once; null when there is no room for another. */
  private @Nullable Client shared(Client client) {
    Map<Client, Client> all = clients;
    Client same = all.get(client);
    if (same == null && all.size() < CLIENTS_MAX) {
      all.put(client, client);
      return client;
    }
    return same;
  }

  /** The last use, as far as it is remembered; always when it may not be written yet. */
  Optional<Use> find(String id) {
    UseTable<Client> table = table(id);
    synchronized (table) {
      int slot = table.find(id);
      return slot < 0 ? Optional.empty() : Optional.of(use(table, slot));
    }
  }

  private static Use use(UseTable<Client> table, int slot) {
    Client client = table.value(slot);
    return new Use(Instant.ofEpochMilli(table.at(slot)), client.address(), client.userAgent());
  }

  private UseTable<Client> table(String id) {
    return tables.get(
        UseTable.spread(id) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(TABLES)));
  }

  /**
   * Begins a round with what waits, if the one before has written all; else that may be tried again
   * if it failed.
   */
  synchronized void begin() {
    failed = false;
    if (written < round.length) {
      return;
    }
    List<String> ids = new ArrayList<>();
    Map<Client, Client> inUse = new ConcurrentHashMap<>();
    for (UseTable<Client> table : tables) {
      synchronized (table) {
        int size = table.size();
        table.tidy();
        credentials.addAndGet(table.size() - size);
        table.slots().filter(table::waits).forEach(slot -> ids.add(table.id(slot)));
        table.slots().mapToObj(table::value).forEach(client -> inUse.putIfAbsent(client, client));
      }
    }
    clients = inUse;
    // First by when they were made, then by the counter at their end.
    String[] byCounter = sorted(ids.toArray(String[]::new), ID_LENGTH - DIGITS, ID_LENGTH);
    round = sorted(byCounter, 0, DIGITS);
    written = 0;
  }

  /**
   * In the order of some digits, where they are equal in the order of before. Numbers are sorted,
   * as a million texts lie all over the memory.
   */
  private static String[] sorted(String[] ids, int from, int to) {
    long[] keys = new long[ids.length];
    Arrays.setAll(keys, i -> Long.parseLong(ids[i], from, to, HEX) << NUMBER_BITS | i);
    Arrays.sort(keys);
    String[] sorted = new String[ids.length];
    Arrays.setAll(sorted, i -> ids[(int) keys[i] & (1 << NUMBER_BITS) - 1]);
    return sorted;
  }

  /**
   * Writes {@link #BATCH} of the uses of this round; none after one that failed.
   *
   * @param writer takes uses by credential id; when it throws, they count as not written
   * @return whether there are more
   */
  synchronized boolean writeSome(Consumer<Map<String, Use>> writer) {
    return write(BATCH, writer);
  }

  private boolean write(int most, Consumer<Map<String, Use>> writer) {
    int end = Math.min(round.length, written + most);
    if (failed || written == end) {
      return false;
    }
    List<String> ids = Arrays.asList(round).subList(written, end);
    failed = true;
    try {
      writer.accept(taken(ids));
      failed = false;
    } finally {
      if (failed) {
        ids.forEach(id -> waits(id, true));
      }
    }
    written = end;
    return written < round.length;
  }

  private Map<String, Use> taken(List<String> ids) {
    Map<String, Use> uses = LinkedHashMap.newLinkedHashMap(ids.size());
    for (String id : ids) {
      UseTable<Client> table = table(id);
      synchronized (table) {
        int slot = table.find(id);
        uses.put(id, use(table, slot));
        table.waits(slot, false);
      }
    }
    return uses;
  }

  private void waits(String id, boolean yes) {
    UseTable<Client> table = table(id);
    synchronized (table) {
      table.waits(table.find(id), yes);
    }
  }

  /** Writes all that waits. */
  synchronized void writeAll(Consumer<Map<String, Use>> writer) {
    // What was used again since it was written in this round is left to another.
    writeRound(writer);
    writeRound(writer);
  }

  private void writeRound(Consumer<Map<String, Use>> writer) {
    begin();
    boolean more;
    do {
      more = write(LARGE_BATCH, writer);
    } while (more);
  }
}
