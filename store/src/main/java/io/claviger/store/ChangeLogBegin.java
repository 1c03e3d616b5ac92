package io.claviger.store;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The row that says where the change log begins once its oldest entries were removed (AUD-1). */
public final class ChangeLogBegin {
  private ChangeLogBegin() {}

  /**
   * Where the log begins; empty as long as nothing was removed.
   *
   * @throws IllegalStateException when the row holds what cannot have been written
   */
  public static Optional<Anchor> anchor(Handle handle) {
    return row(handle)
        .map(row ->
            switch (row) {
              case Row.Sound(Anchor anchor) -> anchor;
              case Row.Damaged() ->
                  throw new IllegalStateException("where the change log begins cannot be read");
            });
  }

  /** A row may hold anything once somebody has edited it by hand. */
  sealed interface Row {
    record Sound(Anchor anchor) implements Row {}

    record Damaged() implements Row {}
  }

  static Optional<Row> row(Handle handle) {
    return handle
        .createQuery(
            "SELECT sequence, hash, until_at, signed_at, public_key, signature FROM change_anchor"
                + " WHERE id = 1")
        .map((row, _) -> row(row))
        .findOne();
  }

  private static Row row(ResultSet row) throws SQLException {
    try {
      return new Row.Sound(
          new Anchor(
              new ChainHead(row.getLong("sequence"), ChainHash.ofBytes(row.getBytes("hash"))),
              SqlTypes.instant(row, "until_at"),
              SqlTypes.instant(row, "signed_at"),
              row.getString("public_key"),
              row.getString("signature")));
    } catch (IllegalArgumentException _) {
      return new Row.Damaged();
    }
  }

  /** Moves the begin of the log; together with removing what is before it. */
  public static void move(Transaction transaction, Anchor anchor) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO change_anchor (id, sequence, hash, until_at, signed_at, public_key,"
                + " signature) VALUES (1, :sequence, :hash, :until, :time, :publicKey, :signature)"
                + " ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence,"
                + " hash = excluded.hash, until_at = excluded.until_at,"
                + " signed_at = excluded.signed_at, public_key = excluded.public_key,"
                + " signature = excluded.signature")
        .bind("sequence", anchor.head().sequence())
        .bind("hash", anchor.head().hash())
        .bind("until", anchor.until())
        .bind("time", anchor.time())
        .bind("publicKey", anchor.publicKey())
        .bind("signature", anchor.signature())
        .execute();
  }

  /** The public part of the key of checkpoints in base 64; empty when there is none. */
  static Optional<String> signingKey(Handle handle) {
    return handle
        .createQuery("SELECT public_key FROM checkpoint_key WHERE id = 1")
        .map((row, _) -> Base64.getEncoder().encodeToString(row.getBytes("public_key")))
        .findOne();
  }
}
