package io.claviger.store.facts;

import io.claviger.store.BatchFailure;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The last use of each credential. Not a change: it is no part of the change log. */
public final class CredentialUses {
  private final Database database;

  public CredentialUses(Database database) {
    this.database = database;
  }

  /**
   * One use.
   *
   * @param address of the client, in its canonical form
   * @param userAgent what the client calls itself; not to be trusted
   */
  public record Use(Instant at, Optional<String> address, Optional<String> userAgent) {}

  /**
   * Writes the last uses by credential id, in one transaction, in their order; one that is older
   * than what another node has written changes nothing.
   */
  public void write(Map<String, Use> uses) {
    database.run(transaction -> {
      try {
        write(transaction.handle().getConnection(), uses);
      } catch (SQLException e) {
        throw new BatchFailure(e);
      }
    });
  }

  // Without naming each value of each row: a fleet in use has thousands a second.
  private static void write(Connection connection, Map<String, Use> uses) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO credential_use (credential_id, used_at, address, user_agent)"
                + " VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (credential_id) DO UPDATE SET used_at = excluded.used_at,"
                + " address = excluded.address, user_agent = excluded.user_agent"
                + " WHERE credential_use.used_at <= excluded.used_at")) {
      for (Map.Entry<String, Use> entry : uses.entrySet()) {
        Use use = entry.getValue();
        statement.setString(1, entry.getKey());
        statement.setLong(2, use.at().toEpochMilli());
        statement.setString(3, use.address().orElse(null));
        statement.setString(4, use.userAgent().orElse(null));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** The last uses of credentials by id; those that have not been used are not among them. */
  public Map<String, Use> find(Collection<String> credentialIds) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT credential_id, used_at, address, user_agent FROM credential_use WHERE "
                    + database.isOneOf("credential_id", "ids"))
            .bind("ids", JsonColumn.write(credentialIds))
            .map((row, _) ->
                Map.entry(
                    row.getString("credential_id"),
                    new Use(
                        SqlTypes.instant(row, "used_at"),
                        SqlTypes.optionalText(row, "address"),
                        SqlTypes.optionalText(row, "user_agent"))))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** The last use of a credential; empty when it has not been used, or only in the last seconds. */
  public Optional<Use> find(String credentialId) {
    return Optional.ofNullable(find(List.of(credentialId)).get(credentialId));
  }
}
