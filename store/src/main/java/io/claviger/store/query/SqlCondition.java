package io.claviger.store.query;

import io.claviger.store.FoundIds;
import java.util.Map;
import java.util.Optional;

/**
 * A condition for {@link io.claviger.store.ListQuery#where} or another statement. It is true or
 * false of each row, never NULL.
 *
 * @param sql a text of the program with named parameters; no character of it comes from a caller
 * @param walking the same, for a walk along an order past rows of which most match: what rows of
 *     other tables tell is looked up for each, and no set is made before
 * @param owners finds the ids of all rows of the application that satisfy it; of devices, those
 *     that are not deleted. Empty when the rows must be looked at
 * @param others finds the ids of all rows that do not satisfy it, each once, in the same way
 * @param parameters all that each of these names, for {@link io.claviger.store.ListQuery#bind}
 * @param findsMost whether it asks for what most rows have, such as a tag at all: a guess, good
 *     enough for how a list goes about it
 */
public record SqlCondition(
    String sql,
    String walking,
    Optional<FoundIds> owners,
    Optional<String> others,
    Map<String, Object> parameters,
    boolean findsMost) {
  public SqlCondition {
    parameters = Map.copyOf(parameters);
  }

  /** The same, with what finds ids. */
  SqlCondition foundBy(Optional<FoundIds> ids, Optional<String> otherIds) {
    return new SqlCondition(sql, walking, ids, otherIds, parameters, findsMost);
  }
}
