package io.claviger.store.devicesession;

import io.claviger.core.credential.DeviceSession;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Transaction;
import io.claviger.store.facts.CredentialRef;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.json.JsonColumn;

/** The table of device sessions. {@link io.claviger.store.facts.Facts} reads it. */
public final class DeviceSessionStore {
  /** How a warrant stands in the columns {@code warrant_type} and {@code warrant_id}. */
  private record WarrantColumns(String type, String id) {
    static WarrantColumns of(WarrantRef warrant) {
      return switch (warrant) {
        case WarrantRef.Key(AccessKeyId id) -> new WarrantColumns("key", id.text());
        case WarrantRef.Sponsor(CredentialRef sponsor) ->
            new WarrantColumns(typeOf(sponsor), sponsor.id());
      };
    }

    private static String typeOf(CredentialRef sponsor) {
      return switch (sponsor.kind()) {
        case SESSION -> "session";
        case USER -> "userToken";
        case APPLICATION -> "applicationToken";
        case DEVICE, OAUTH ->
            throw new IllegalArgumentException("no sponsor of devices: " + sponsor.kind());
      };
    }
  }

  /**
   * Adds a session under the digest of its value.
   *
   * @throws IllegalArgumentException when a device or an OAuth client is the sponsor
   */
  public void insert(
      Transaction transaction, DeviceSession session, WarrantRef warrant, Digest digest) {
    WarrantColumns columns = WarrantColumns.of(warrant);
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO device_session (id, application_id, device_id, digest, scope,"
                + " warrant_type, warrant_id, issued_at, expires_at) VALUES (:id, :applicationId,"
                + " :deviceId, :digest, :scope, :warrantType, :warrantId, :issuedAt, :expiresAt)")
        .bind("id", session.id().text())
        .bind("applicationId", session.application().text())
        .bind("deviceId", session.device().text())
        .bind("digest", digest.toBytes())
        .bind("scope", JsonColumn.write(session.grant().names().names()))
        .bind("warrantType", columns.type())
        .bind("warrantId", columns.id())
        .bind("issuedAt", transaction.now())
        .bind("expiresAt", session.validity().expiresAt())
        .execute();
  }

  /** Removes the sessions that an access key vouches for, when it goes (KEY-12). */
  public void deleteOf(Transaction transaction, AccessKeyId key) {
    String ofKey = " WHERE warrant_id = :id AND warrant_type = 'key'";
    transaction
        .handle()
        .createUpdate(
            "DELETE FROM credential_use WHERE credential_id IN"
                + " (SELECT id FROM device_session"
                + ofKey
                + ")")
        .bind("id", key.text())
        .execute();
    transaction
        .handle()
        .createUpdate("DELETE FROM device_session" + ofKey)
        .bind("id", key.text())
        .execute();
  }
}
