package io.claviger.server.changelog;

import io.claviger.core.secret.Ed25519;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.security.SecretBox;
import io.claviger.store.Database;
import io.claviger.store.tenant.CheckpointKeyStore;
import io.claviger.store.tenant.CheckpointKeyStore.CheckpointKey;
import java.security.SecureRandom;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hands out {@link Checkpoint}s. The key is made once for an installation; its private part is kept
 * sealed, so that a copy of the database alone cannot sign.
 */
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final Database database;
  private final CheckpointKeyStore store;
  private final Optional<SecretBox> box;

  /**
   * Makes the key if there is none yet.
   *
   * @param box seals the key; without one there are no checkpoints
   */
  public Checkpoints(Database database, Optional<SecretBox> box, SecureRandom random) {
    this.database = database;
    this.store = new CheckpointKeyStore(database);
    this.box = box;
    if (box.isPresent() && store.find().isEmpty()) {
      CheckpointKey key = InstallationSigner.generate(box.get(), random);
      database.run(transaction -> store.insert(transaction, key));
    }
    warnOfAnotherKey();
  }

  /** A node whose secret key is not that of the others should not be found out by its silence. */
  private void warnOfAnotherKey() {
    try {
      var _ = signer();
    } catch (IllegalStateException e) {
      LOG.warn(
          "the secret key of this node did not seal the key of checkpoints in the database: it"
              + " signs none, and removes nothing from the change log");
    }
  }

  /** Adds {@code orgChangeLog.checkpoint} and {@code changeLogKey.get}. */
  public void addTo(Api api) {
    api.handle("orgChangeLog.checkpoint", this::sign);
    api.handle("changeLogKey.get", _ -> Response.ok(publicKey()));
  }

  /**
   * What signs; empty without a secret key of the installation.
   *
   * @throws IllegalStateException when the key was sealed with another secret key, or is damaged
   */
  public Optional<InstallationSigner> signer() {
    return box.flatMap(opened -> store.find().map(key -> InstallationSigner.open(key, opened)));
  }

  private static ApiException keyless() {
    return ApiException.conflict(
        "Checkpoints need the secret key of the installation (CLAVIGER_SECRET_KEY)");
  }

  private ObjectNode publicKey() {
    return Json.emptyObject()
        .put("algorithm", Ed25519.ALGORITHM)
        .put(
            "publicKey",
            store.find().map(InstallationSigner::text).orElseThrow(Checkpoints::keyless));
  }

  private Response sign(Call call) {
    InstallationSigner signer;
    try {
      signer = signer().orElseThrow(Checkpoints::keyless);
    } catch (IllegalStateException e) {
      throw ApiException.conflict("The key of checkpoints was sealed with another secret key");
    }
    return Response.ok(
        signer.checkpoint(
            database.changeLog().head(), call.question().now().truncatedTo(ChronoUnit.MILLIS)));
  }
}
