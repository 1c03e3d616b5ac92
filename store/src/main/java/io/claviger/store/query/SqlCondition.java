package io.claviger.store.query;

import java.util.Map;
import java.util.Optional;

/**
 * A condition for {@link io.claviger.store.ListQuery#where} or another statement. It is true or
 * false of each row, never NULL.
 *
 * @param sql a text of the program with named parameters; no character of it comes from a caller
 * @param walking the same, for a walk along an order past rows of which most match: what rows of
 *     other tables tell is looked up for each, and no set is made before
 * @param owners a statement that finds the {@code owner_id} of all rows of the application that
 *     satisfy it, perhaps more than once, without looking at them. Empty when there is none, as for
 *     devices, of which the deleted are left out
 * @param parameters all that each of these names, for {@link io.claviger.store.ListQuery#bind}
 * @param findsMost whether it asks for what most rows have, such as a tag at all: a guess, good
 *     enough for how a list goes about it
 */
public record SqlCondition(
    String sql,
    String walking,
    Optional<String> owners,
    Map<String, Object> parameters,
    boolean findsMost) {
  public SqlCondition {
    parameters = Map.copyOf(parameters);
  }

  /** The same, with a statement that finds the rows by themselves. */
  SqlCondition foundBy(Optional<String> statement) {
    return new SqlCondition(sql, walking, statement, parameters, findsMost);
  }
}
