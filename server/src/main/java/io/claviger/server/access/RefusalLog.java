package io.claviger.server.access;

import io.claviger.store.usage.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Refusals of the last seconds, on their way to the database. Bounded for each owner of credentials
 * and altogether: a flood of refusals of one hides few of another.
 */
final class RefusalLog {
  /** Refusals that wait to be written. */
  static final int PENDING_MAX = 2_000;

  /** Those of one owner among them. */
  static final int OWNER_MAX = 100;

  private final Map<String, Refusal> pending = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> byOwner = new ConcurrentHashMap<>();

  /** Keeps a refusal, unless there are too many. */
  void add(Refusal refusal) {
    String owner = refusal.party().account().or(() -> refusal.party().organization()).orElse("");
    if (pending.size() < PENDING_MAX
        && byOwner.computeIfAbsent(owner, _ -> new AtomicInteger()).incrementAndGet()
            <= OWNER_MAX) {
      pending.put(refusal.requestId(), refusal);
    }
  }

  /** A refusal that is not written yet. */
  Optional<Refusal> find(String requestId) {
    return Optional.ofNullable(pending.get(requestId));
  }

  /** Writes what has gathered; what cannot be written is kept for the next time. */
  void flush(Consumer<List<Refusal>> writer) {
    List<Refusal> taken = List.copyOf(pending.values());
    if (!taken.isEmpty()) {
      writer.accept(taken);
      taken.forEach(refusal -> pending.remove(refusal.requestId()));
    }
    byOwner.clear();
  }
}
