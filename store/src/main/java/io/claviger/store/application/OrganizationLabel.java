package io.claviger.store.application;

import io.claviger.store.SqlTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * How the organization that owns something is shown beside it.
 *
 * @param iconColor if one was chosen
 */
public record OrganizationLabel(String name, Optional<String> iconColor) {
  /** To select beside {@link #JOIN}. */
  public static final String COLUMNS = "o.name AS organization_name, o.icon_color";

  /** To put behind a table of owned things with the alias {@code r}. */
  public static final String JOIN =
      " LEFT JOIN organization o ON r.owner_type = 'organization' AND o.id = r.owner_id";

  /** The label in those columns; empty for a sandbox. */
  public static Optional<OrganizationLabel> read(ResultSet row) throws SQLException {
    Optional<String> color = SqlTypes.optionalText(row, "icon_color");
    return SqlTypes.optionalText(row, "organization_name")
        .map(name -> new OrganizationLabel(name, color));
  }
}
