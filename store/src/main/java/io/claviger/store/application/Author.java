package io.claviger.store.application;

import io.claviger.store.SqlTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Who made or changed something.
 *
 * @param type {@code user} or {@code apiToken}
 * @param id of the user or the token
 */
public record Author(String type, String id) {
  /** The author in a pair of columns, if there is one. */
  public static Optional<Author> read(ResultSet row, String typeColumn, String idColumn)
      throws SQLException {
    Optional<String> type = SqlTypes.optionalText(row, typeColumn);
    Optional<String> id = SqlTypes.optionalText(row, idColumn);
    return type.flatMap(t -> id.map(i -> new Author(t, i)));
  }
}
