package io.claviger.store.usage;

import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The counted uses of credentials. */
public final class UsageStore {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private static final String COLUMNS =
      "u.id, u.credential_id, u.credential_kind, u.account_id, u.organization_id,"
          + " u.application_id, u.action, u.outcome, u.address, u.user_agent, u.uses, u.first_at,"
          + " u.last_at, u.asked";

  /** What may be sorted by, for every list. */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from("credential_usage u")
          .id("u.id")
          .sort("lastUsed", "u.last_at")
          .sort("firstUsed", "u.first_at")
          .sort("uses", "u.uses");

  private final Database database;

  public UsageStore(Database database) {
    this.database = database;
  }

  /** A row of a list. */
  public record Row(String id, Usage usage) {}

  /** Whose uses are wanted. */
  public sealed interface Of {
    /**
     * Those of one credential, wherever it was used.
     *
     * @param owner the user or organization that it belonged to then
     */
    record Credential(String id, String owner) implements Of {}

    /**
     * Those that an organization may see.
     *
     * @param credential only of this one
     * @param outcome only with this one
     */
    record Organization(String id, Optional<String> credential, Optional<String> outcome)
        implements Of {}
  }

  /** Adds what was counted, in one transaction. */
  public void add(List<Usage> usages) {
    database.run(transaction -> {
      PreparedBatch batch =
          transaction
              .handle()
              .prepareBatch(
                  "INSERT INTO credential_usage (id, credential_id, credential_kind, account_id,"
                      + " organization_id, application_id, action, outcome, address, user_agent,"
                      + " uses, first_at, last_at, asked) VALUES (:id, :credential, :kind, :account,"
                      + " :organization, :application, :action, :outcome, :address, :userAgent,"
                      + " :uses, :first, :last, :asked) ON CONFLICT (id) DO UPDATE SET"
                      + " uses = credential_usage.uses + excluded.uses,"
                      + " first_at = CASE WHEN excluded.first_at < credential_usage.first_at"
                      + " THEN excluded.first_at ELSE credential_usage.first_at END,"
                      + " last_at = CASE WHEN excluded.last_at > credential_usage.last_at"
                      + " THEN excluded.last_at ELSE credential_usage.last_at END");
      usages.forEach(usage -> bind(batch, usage));
      batch.execute();
    });
  }

  private static void bind(PreparedBatch batch, Usage usage) {
    Usage.Key key = usage.key();
    long hour = Math.floorDiv(usage.first().toEpochMilli(), HOUR) * HOUR;
    batch
        .bind("id", Usage.id(key, hour))
        .bind("credential", key.party().credential())
        .bind("kind", key.party().kind())
        .bind("account", key.party().account())
        .bind("organization", key.party().organization())
        .bind("application", key.party().application())
        .bind("action", key.action())
        .bind("outcome", key.outcome())
        .bind("address", key.address())
        .bind("userAgent", key.userAgent())
        .bind("uses", usage.uses())
        .bind("first", usage.first())
        .bind("last", usage.last())
        .bind("asked", key.asked() ? 1 : 0)
        .add();
  }

  /** A page of uses. */
  public ListPage<Row> list(Of whose, ListRequest request) {
    ListQuery query =
        switch (whose) {
          case Of.Credential(String id, String owner) ->
              LIST.where("u.credential_id = :credential")
                  .where("u.organization_id = :owner OR u.account_id = :owner")
                  .bind("credential", id)
                  .bind("owner", owner);
          case Of.Organization(String id, var credential, var outcome) -> {
            ListQuery list =
                LIST.where("u.organization_id = :organization").bind("organization", id);
            if (credential.isPresent()) {
              list =
                  list.where("u.credential_id = :credential").bind("credential", credential.get());
            }
            yield outcome.isPresent()
                ? list.where("u.outcome = :outcome").bind("outcome", outcome.get())
                : list;
          }
        };
    return database.read(handle -> query.page(handle, request, (row, _) -> row(row)));
  }

  private static Row row(ResultSet row) throws SQLException {
    CredentialParty party =
        new CredentialParty(
            row.getString("credential_id"),
            row.getString("credential_kind"),
            SqlTypes.optionalText(row, "account_id"),
            SqlTypes.optionalText(row, "organization_id"),
            SqlTypes.optionalText(row, "application_id"));
    Usage.Key key =
        new Usage.Key(
            party,
            SqlTypes.optionalText(row, "action"),
            row.getString("outcome"),
            SqlTypes.optionalText(row, "address"),
            SqlTypes.optionalText(row, "user_agent"),
            SqlTypes.flag(row, "asked"));
    return new Row(
        row.getString("id"),
        new Usage(
            key,
            row.getLong("uses"),
            SqlTypes.instant(row, "first_at"),
            SqlTypes.instant(row, "last_at")));
  }
}
