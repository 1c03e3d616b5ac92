package io.claviger.store.query;

import java.util.Map;

/**
 * A condition for {@link io.claviger.store.ListQuery#where} or another statement. It is true or
 * false of each row, never NULL.
 *
 * @param sql a text of the program with named parameters; no character of it comes from a caller
 * @param parameters all that the text names, for {@link io.claviger.store.ListQuery#bind}
 */
public record SqlCondition(String sql, Map<String, Object> parameters) {
  public SqlCondition {
    parameters = Map.copyOf(parameters);
  }
}
