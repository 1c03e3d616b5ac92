package io.claviger.server.mqtt;

import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All sessions of this node, by what they hang on. */
final class Sessions {
  private final Set<LiveSession> all = ConcurrentHashMap.newKeySet();
  private final Map<DeviceId, Set<LiveSession>> byDevice = new ConcurrentHashMap<>();
  private final Map<AccessKeyId, Set<LiveSession>> byKey = new ConcurrentHashMap<>();

  /** Adds a session; from now on changes reach it. */
  void add(LiveSession session) {
    all.add(session);
    add(byDevice, session.device(), session);
    add(byKey, session.key(), session);
  }

  /** Removes a session. */
  void remove(LiveSession session) {
    all.remove(session);
    remove(byDevice, session.device(), session);
    remove(byKey, session.key(), session);
  }

  List<LiveSession> of(DeviceId device) {
    return List.copyOf(byDevice.getOrDefault(device, Set.of()));
  }

  List<LiveSession> of(AccessKeyId key) {
    return List.copyOf(byKey.getOrDefault(key, Set.of()));
  }

  /**
   * Those of an application, and those of whom that is not known yet. Looks at all: applications
   * change seldom.
   */
  List<LiveSession> of(ApplicationId application) {
    return all.stream()
        .filter(session -> session.application().map(application::equals).orElse(true))
        .toList();
  }

  /** Those whose application an organization owns, and those of whom that is not known yet. */
  List<LiveSession> of(OrganizationId organization) {
    Optional<Owner> owner = Optional.of(new Owner.Organization(organization));
    return all.stream()
        .filter(session -> session.owner().isEmpty() || session.owner().equals(owner))
        .toList();
  }

  /** How many there are. */
  int size() {
    return all.size();
  }

  private static <K> void add(Map<K, Set<LiveSession>> index, K key, LiveSession session) {
    index.compute(
        key,
        (_, sessions) -> {
          Set<LiveSession> found = sessions == null ? ConcurrentHashMap.newKeySet(2) : sessions;
          found.add(session);
          return found;
        });
  }

  private static <K> void remove(Map<K, Set<LiveSession>> index, K key, LiveSession session) {
    index.computeIfPresent(
        key,
        (_, sessions) -> {
          sessions.remove(session);
          return sessions.isEmpty() ? null : sessions;
        });
  }
}
