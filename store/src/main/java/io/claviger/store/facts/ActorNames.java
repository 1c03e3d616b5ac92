package io.claviger.store.facts;

import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;

/** What those who change something are called at that moment. */
public final class ActorNames {
  private final Database database;

  public ActorNames(Database database) {
    this.database = database;
  }

  /** First and last name of a user. */
  public String of(UserId id) {
    return one("SELECT first_name || ' ' || last_name FROM app_user WHERE id = :id", id.text())
        .strip();
  }

  /** The name of a token. */
  public String of(ApiTokenId id) {
    return one("SELECT name FROM api_token WHERE id = :id", id.text());
  }

  /** The name of a personal access token. */
  public String of(TenantTokenId id) {
    return one("SELECT name FROM tenant_token WHERE id = :id", id.text());
  }

  /** The name of a device. */
  public String of(DeviceId id) {
    return one("SELECT name FROM device WHERE id = :id", id.text());
  }

  private String one(String sql, String id) {
    return database.read(
        handle -> handle.createQuery(sql).bind("id", id).mapTo(String.class).findOne().orElse(""));
  }
}
