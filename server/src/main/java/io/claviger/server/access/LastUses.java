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
 * <p>What gathers is taken out and written in the order of ids, in which rows of the database lie
 * near each other, and by no more than {@link #FLUSH_MAX} at a time. It is found here until all of
 * it is written.
 */
final class LastUses {
  /** Credentials; a use of another one is left out rather than the memory filled. */
  static final int CREDENTIALS_MAX = 1_000_000;

  /** Different clients, each with up to some hundred characters; beyond, as above. */
  static final int CLIENTS_MAX = 200_000;

  /** Credentials written by one flush; the rest is left to the next. */
  static final int FLUSH_MAX = 50_000;

  /** Credentials written at once: other writers wait some milliseconds. */
  private static final int BATCH = 500;

  private static final int STRIPES = 64;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicInteger credentials = new AtomicInteger();
  private volatile Map<Client, Client> clients = new ConcurrentHashMap<>();

  /** What is being written, by id, and how many of it are done. */
  private String[] taken = {};

  private int written;

  LastUses() {
    Arrays.setAll(stripes, _ -> new Stripe());
  }

  /** Whether everything that was put down is written. */
  boolean isEmpty() {
    return credentials.get() == 0;
  }

  /** What a credential was used with. */
  private record Client(Optional<String> address, Optional<String> userAgent) {}

  /** Some of the credentials, told by their hash. */
  private static final class Stripe {
    UseTable<Client> gathering = new UseTable<>();
    UseTable<Client> taken = new UseTable<>();
  }

  /** Puts down a use; one that is older than what is known changes nothing. */
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
      return use(stripe.gathering, id).or(() -> use(stripe.taken, id));
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
   * Writes some of what has gathered.
   *
   * @param writer takes some uses by credential id; when it throws, they count as not written
   */
  synchronized void flush(Consumer<Map<String, Use>> writer) {
    if (taken.length == 0) {
      take();
    }
    int end = Math.min(taken.length, written + FLUSH_MAX);
    while (written < end) {
      List<String> batch = Arrays.asList(taken).subList(written, Math.min(end, written + BATCH));
      Map<String, Use> uses = LinkedHashMap.newLinkedHashMap(batch.size());
      batch.forEach(id -> uses.put(id, takenUse(id)));
      writer.accept(uses);
      written += batch.size();
    }
    if (written == taken.length) {
      release();
    }
  }

  private void take() {
    List<String> ids = new ArrayList<>();
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.taken = stripe.gathering;
        stripe.gathering = new UseTable<>();
        stripe.taken.ids().forEach(ids::add);
      }
    }
    // Clients that nothing uses any more are forgotten; the others are shared anew.
    clients = new ConcurrentHashMap<>();
    taken = ids.toArray(String[]::new);
    Arrays.sort(taken);
    written = 0;
  }

  private Use takenUse(String id) {
    Stripe stripe = stripe(id);
    synchronized (stripe) {
      return use(stripe.taken, id).orElseThrow();
    }
  }

  private void release() {
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.taken = new UseTable<>();
      }
    }
    credentials.addAndGet(-taken.length);
    taken = new String[0];
  }
}
