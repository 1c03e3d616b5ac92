package io.claviger.store.tenant;

import io.claviger.store.Database;
import io.claviger.store.Transaction;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The one key with which the end of the change log is signed. */
public final class CheckpointKeyStore {
  private final Database database;

  public CheckpointKeyStore(Database database) {
    this.database = database;
  }

  /**
   * A key.
   *
   * @param publicKey in X.509 form
   * @param sealedKey the private part, sealed
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record CheckpointKey(byte[] publicKey, byte[] sealedKey) {}

  /** The key, once there is one. */
  public Optional<CheckpointKey> find() {
    return database.read(CheckpointKeyStore::find);
  }

  /** The key, once there is one, for commands beside a server. */
  public static Optional<CheckpointKey> find(Handle handle) {
    return handle
        .createQuery("SELECT public_key, sealed_key FROM checkpoint_key WHERE id = 1")
        .map((row, _) -> new CheckpointKey(row.getBytes("public_key"), row.getBytes("sealed_key")))
        .findOne();
  }

  /** Keeps a key, unless there is one already. */
  public void insert(Transaction transaction, CheckpointKey key) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO checkpoint_key (id, public_key, sealed_key, created_at)"
                + " VALUES (1, :publicKey, :sealedKey, :now) ON CONFLICT DO NOTHING")
        .bind("publicKey", key.publicKey())
        .bind("sealedKey", key.sealedKey())
        .bind("now", transaction.now())
        .execute();
  }
}
