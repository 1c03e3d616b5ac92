package io.claviger.server.state;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who listens to what. What nobody listens to any more takes no room.
 *
 * @param <K> what is listened to
 * @param <V> who listens
 */
final class Listeners<K, V> {
  private final ConcurrentHashMap<K, List<V>> all = new ConcurrentHashMap<>();

  void add(K key, V listener) {
    all.compute(
        key,
        (_, known) -> {
          List<V> those = known == null ? new CopyOnWriteArrayList<>() : known;
          those.add(listener);
          return those;
        });
  }

  void remove(K key, V listener) {
    all.computeIfPresent(
        key,
        (_, those) -> {
          those.remove(listener);
          return those.isEmpty() ? null : those;
        });
  }

  /** Those who listen to it at this moment. */
  List<V> of(K key) {
    return all.getOrDefault(key, List.of());
  }
}
