package io.claviger.core.change;

import java.util.Optional;

/**
 * The party that made a change.
 *
 * @param type its kind
 * @param id its identifier, 24 hex digits; empty text exactly for {@link ActorType#SYSTEM}
 * @param name its name at that time, for people
 * @param userId the user behind it: the user itself, or the one in whose name a token acts (AUD-8);
 *     empty when there is none, such as for a device
 */
public record Actor(ActorType type, String id, String name, Optional<String> userId) {
  public Actor {
    if (id.isEmpty() != (type == ActorType.SYSTEM)) {
      throw new IllegalArgumentException("only the system acts without an identifier");
    }
  }

  /** Claviger itself. */
  public static Actor system() {
    return new Actor(ActorType.SYSTEM, "", "Claviger", Optional.empty());
  }

  /** A user who acts in person. */
  public static Actor user(String id, String name) {
    return new Actor(ActorType.USER, id, name, Optional.of(id));
  }
}
