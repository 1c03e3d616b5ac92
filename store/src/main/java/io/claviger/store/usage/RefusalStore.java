package io.claviger.store.usage;

import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The refusals of the last time. */
public final class RefusalStore {
  private final Database database;

  public RefusalStore(Database database) {
    this.database = database;
  }

  /** Adds refusals, in one transaction. */
  public void add(List<Refusal> refusals) {
    database.run(transaction -> {
      PreparedBatch batch =
          transaction
              .handle()
              .prepareBatch(
                  "INSERT INTO refusal (request_id, refused_at, credential_id, credential_kind,"
                      + " account_id, organization_id, application_id, action, status, reason,"
                      + " explanation, resource, address, user_agent) VALUES (:id, :at, :credential, :kind,"
                      + " :account, :organization, :application, :action, :status, :reason,"
                      + " :explanation, :resource, :address, :userAgent) ON CONFLICT DO NOTHING");
      refusals.forEach(refusal -> bind(batch, refusal));
      batch.execute();
    });
  }

  private static void bind(PreparedBatch batch, Refusal refusal) {
    batch
        .bind("id", refusal.requestId())
        .bind("at", refusal.at())
        .bind("credential", refusal.party().credential())
        .bind("kind", refusal.party().kind())
        .bind("account", refusal.party().account())
        .bind("organization", refusal.party().organization())
        .bind("application", refusal.party().application())
        .bind("action", refusal.action())
        .bind("status", refusal.status())
        .bind("reason", refusal.reason())
        .bind("explanation", refusal.explanation())
        .bind("resource", refusal.resource().map(RefusalStore::json))
        .bind("address", refusal.address())
        .bind("userAgent", refusal.userAgent())
        .add();
  }

  /** The refusal of a request. */
  public Optional<Refusal> find(String requestId) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT request_id, refused_at, credential_id, credential_kind, account_id,"
                    + " organization_id, application_id, action, status, reason, explanation,"
                    + " resource, address, user_agent FROM refusal WHERE request_id = :id")
            .bind("id", requestId)
            .map((row, _) -> refusal(row))
            .findOne());
  }

  private static Refusal refusal(ResultSet row) throws SQLException {
    return new Refusal(
        row.getString("request_id"),
        SqlTypes.instant(row, "refused_at"),
        new CredentialParty(
            row.getString("credential_id"),
            row.getString("credential_kind"),
            SqlTypes.optionalText(row, "account_id"),
            SqlTypes.optionalText(row, "organization_id"),
            SqlTypes.optionalText(row, "application_id")),
        row.getString("action"),
        row.getInt("status"),
        row.getString("reason"),
        row.getString("explanation"),
        SqlTypes.optionalText(row, "resource").map(RefusalStore::resource),
        SqlTypes.optionalText(row, "address"),
        SqlTypes.optionalText(row, "user_agent"));
  }

  private static String json(Map<String, String> resource) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    resource.forEach(object::put);
    return JsonColumn.write(object);
  }

  private static Map<String, String> resource(String column) {
    Map<String, String> resource = new HashMap<>();
    JsonColumn.read(column)
        .properties()
        .forEach(property -> resource.put(property.getKey(), property.getValue().stringValue()));
    return Map.copyOf(resource);
  }
}
