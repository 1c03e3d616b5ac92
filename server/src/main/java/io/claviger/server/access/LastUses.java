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
import org.jspecify.annotations.Nullable;

/**
 * The last use of each credential that was used since it was last written. Where a fleet of a
 * million is always in use, an object for each use would keep the collector busy for as long as the
 * requests; so uses stand in columns, and a client that several credentials share is kept once.
 *
 * <p>What has gathered is set aside and then written little by little, in the order of ids, in
 * which rows of the database lie near each other. It is found here until all of it is written.
 */
final class LastUses {
  /** Credentials; a use of another one is left out rather than the memory filled. */
  static final int CREDENTIALS_MAX = 1_000_000;

  /** Different clients, each with up to some hundred characters; beyond, as above. */
  static final int CLIENTS_MAX = 200_000;

  /** Credentials written at once: other writers wait some milliseconds. */
  static final int BATCH = 500;

  /** Of a key to sort by: they tell which credential it is of. */
  private static final int NUMBER_BITS = 20;

  /** Of an id, as many as have room in the other bits of a key. */
  private static final int DIGITS = 10;

  private static final int ID_LENGTH = 24;
  private static final int HEX = 16;
  private static final int STRIPES = 64;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicInteger credentials = new AtomicInteger();
  private volatile Map<Client, Client> clients = new ConcurrentHashMap<>();

  /** Whose uses are set aside, in the order of ids, and how many of them are written. */
  private String[] aside = {};

  private int written;

  /** Cleared while something is written, so that a failure stays known until the next try. */
  private boolean writable = true;

  LastUses() {
    Arrays.setAll(stripes, _ -> new Stripe());
  }

  /** What a credential was used with. */
  private record Client(Optional<String> address, Optional<String> userAgent) {}

  /** Some of the credentials, told by their hash. */
  private static final class Stripe {
    UseTable<Client> gathering = new UseTable<>();
    UseTable<Client> aside = new UseTable<>();
  }

  /**
   * Puts down a use; one that is older than what is known changes nothing.
   *
   * @param id of a credential, 24 hexadecimal digits
   */
  void note(String id, Use use) {
    Stripe stripe = stripe(id);
    synchronized (stripe) {
      int slot = stripe.gathering.find(id);
      if (slot < 0 && credentials.get() >= CREDENTIALS_MAX) {
        return;
      }
      Client client = new Client(use.address(), use.userAgent());
      Client known = slot < 0 ? null : stripe.gathering.value(slot);
      Client shared = client.equals(known) ? known : shared(client);
      if (shared != null && stripe.gathering.put(id, use.at().toEpochMilli(), shared)) {
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

  /** The last use that is not known to be written. */
  Optional<Use> find(String id) {
    Stripe stripe = stripe(id);
    synchronized (stripe) {
      return use(stripe.gathering, id).or(() -> use(stripe.aside, id));
    }
  }

  private static Optional<Use> use(UseTable<Client> table, String id) {
    int slot = table.find(id);
    if (slot < 0) {
      return Optional.empty();
    }
    Client client = table.value(slot);
    return Optional.of(
        new Use(Instant.ofEpochMilli(table.at(slot)), client.address(), client.userAgent()));
  }

  private Stripe stripe(String id) {
    return stripes[UseTable.spread(id) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(STRIPES))];
  }

  /**
   * Sets aside what has gathered, unless something is left of what was set aside before; that may
   * be tried again now if it could not be written.
   */
  synchronized void setAside() {
    writable = true;
    if (written < aside.length) {
      return;
    }
    List<String> ids = new ArrayList<>();
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.aside = stripe.gathering;
        stripe.gathering = new UseTable<>();
        stripe.aside.ids().forEach(ids::add);
      }
    }
    // Clients that nothing uses any more are forgotten; the others are shared anew.
    clients = new ConcurrentHashMap<>();
    // First by when they were made, then by the counter at their end.
    String[] byCounter = sorted(ids.toArray(String[]::new), ID_LENGTH - DIGITS, ID_LENGTH);
    aside = sorted(byCounter, 0, DIGITS);
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
   * Writes {@link #BATCH} of the uses that are set aside; none after one that failed.
   *
   * @param writer takes uses by credential id; when it throws, they count as not written
   * @return whether there are more
   */
  synchronized boolean writeSome(Consumer<Map<String, Use>> writer) {
    if (aside.length == 0 || !writable) {
      return false;
    }
    int end = Math.min(aside.length, written + BATCH);
    Map<String, Use> uses = LinkedHashMap.newLinkedHashMap(BATCH);
    for (String id : Arrays.asList(aside).subList(written, end)) {
      uses.put(id, useAside(id));
    }
    writable = false;
    writer.accept(uses);
    writable = true;
    written = end;
    if (written == aside.length) {
      release();
    }
    return aside.length > 0;
  }

  /** Writes all that was set aside and all that has gathered since. */
  synchronized void writeAll(Consumer<Map<String, Use>> writer) {
    writeAside(writer);
    writeAside(writer);
  }

  private void writeAside(Consumer<Map<String, Use>> writer) {
    setAside();
    boolean more;
    do {
      more = writeSome(writer);
    } while (more);
  }

  private Use useAside(String id) {
    Stripe stripe = stripe(id);
    synchronized (stripe) {
      return use(stripe.aside, id).orElseThrow();
    }
  }

  private void release() {
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.aside = new UseTable<>();
      }
    }
    credentials.addAndGet(-aside.length);
    aside = new String[0];
    written = 0;
  }
}
