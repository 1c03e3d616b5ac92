package io.claviger.store.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which entries are wanted (AUD-7): one of each list that is not empty, and all of that together.
 *
 * @param start not before this
 * @param end before this
 * @param responseCodes what the request was answered with
 */
public record AuditFilter(
    Optional<Instant> start,
    Optional<Instant> end,
    List<Target> primaryTargets,
    List<Target> secondaryTargets,
    List<Party> actors,
    List<Requested> requests,
    List<Integer> responseCodes) {
  /** Every entry. */
  public static final AuditFilter NONE =
      new AuditFilter(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  public AuditFilter {
    primaryTargets = List.copyOf(primaryTargets);
    secondaryTargets = List.copyOf(secondaryTargets);
    actors = List.copyOf(actors);
    requests = List.copyOf(requests);
    responseCodes = List.copyOf(responseCodes);
  }

  /**
   * What was changed; each part that is given must be the same.
   *
   * @param id in lower case
   * @param type as on the wire
   */
  public record Target(Optional<String> id, Optional<String> type, Optional<String> name) {}

  /**
   * Who did it; each part that is given must be the same.
   *
   * @param id in lower case
   * @param type as on the wire
   * @param userId the user who acted, in person or through a token
   */
  public record Party(
      Optional<String> id, Optional<String> type, Optional<String> name, Optional<String> userId) {}

  /**
   * What was asked for; each part that is given must be the same.
   *
   * @param resource the first part of the action's name
   * @param action the second
   */
  public record Requested(Optional<String> resource, Optional<String> action) {}
}
