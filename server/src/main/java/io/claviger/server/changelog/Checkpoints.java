package io.claviger.server.changelog;

import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.security.SecretBox;
import io.claviger.store.Database;
import io.claviger.store.tenant.CheckpointKeyStore;
import io.claviger.store.tenant.CheckpointKeyStore.CheckpointKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hands out {@link Checkpoint}s. The key is made once for an installation; its private part is kept
 * sealed, so that a copy of the database alone cannot sign.
 */
public final class Checkpoints {
  private static final String ALGORITHM = "Ed25519";
  private static final String CONTEXT = "checkpoint";

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
      CheckpointKey key = generate(box.get(), random);
      database.run(transaction -> store.insert(transaction, key));
    }
  }

  private static CheckpointKey generate(SecretBox box, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      KeyPair pair = generator.generateKeyPair();
      byte[] secret = pair.getPrivate().getEncoded();
      CheckpointKey key =
          new CheckpointKey(pair.getPublic().getEncoded(), box.seal(secret, CONTEXT));
      Arrays.fill(secret, (byte) 0);
      return key;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has Ed25519", impossible);
    }
  }

  /** Adds {@code orgChangeLog.checkpoint} and {@code changeLogKey.get}. */
  public void addTo(Api api) {
    api.handle("orgChangeLog.checkpoint", this::sign);
    api.handle("changeLogKey.get", _ -> Response.ok(publicKey()));
  }

  private CheckpointKey key() {
    return store
        .find()
        .orElseThrow(() ->
            ApiException.conflict(
                "Checkpoints need the secret key of the installation (CLAVIGER_SECRET_KEY)"));
  }

  private ObjectNode publicKey() {
    return Json.emptyObject()
        .put("algorithm", ALGORITHM)
        .put("publicKey", Base64.getEncoder().encodeToString(key().publicKey()));
  }

  private static byte[] secret(SecretBox box, CheckpointKey key) {
    try {
      return box.open(key.sealedKey(), CONTEXT);
    } catch (IllegalStateException e) {
      throw ApiException.conflict("The key of checkpoints was sealed with another secret key");
    }
  }

  private Response sign(Call call) {
    CheckpointKey key = key();
    SecretBox opened =
        box.orElseThrow(() ->
            ApiException.conflict(
                "Checkpoints need the secret key of the installation (CLAVIGER_SECRET_KEY)"));
    byte[] secret = secret(opened, key);
    try {
      PrivateKey signing =
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(secret));
      return Response.ok(
          Checkpoint.sign(
                  database.changeLog().head(),
                  call.question().now().truncatedTo(ChronoUnit.MILLIS),
                  Base64.getEncoder().encodeToString(key.publicKey()),
                  signing)
              .render());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key of checkpoints is damaged", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
