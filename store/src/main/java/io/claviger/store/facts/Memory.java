package io.claviger.store.facts;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, loaded when first asked for. While a value is being loaded its key is locked, and
 * {@link #forget} waits for that: a value read before a change cannot be put in after it.
 *
 * <p>A plain map: keeping account of what was used last, as a cache does that drops single entries,
 * costs more than the look-up itself. When there are too many entries all are dropped, and those in
 * use are loaded anew.
 */
final class Memory<K, V> {
  /** Beyond it everything is dropped; what is in use at a time is far less. */
  private static final int MAX_ENTRIES = 2_000_000;

  private final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();

  /** The value, if it is known. */
  @Nullable V peek(K key) {
    return values.get(key);
  }

  /** The value, loaded if it is not known. */
  V get(K key, Function<? super K, ? extends V> load) {
    V known = values.get(key);
    if (known != null) {
      return known;
    }
    if (values.mappingCount() >= MAX_ENTRIES) {
      values.clear();
    }
    return values.computeIfAbsent(key, load);
  }

  /** The value, if there is one; that there is none is not kept, since there may be one later. */
  Optional<V> find(K key, Function<? super K, Optional<V>> load) {
    V known = values.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<V> loaded = load.apply(key);
    loaded.ifPresent(value -> get(key, _ -> value));
    return loaded;
  }

  /** Drops a value; what is loaded from now on is new. */
  void forget(K key) {
    values.remove(key);
  }
}
