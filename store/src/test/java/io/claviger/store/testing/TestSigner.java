package io.claviger.store.testing;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHead;
import io.claviger.store.Database;
import io.claviger.store.retention.ChangeLogPruning;
import io.claviger.store.tenant.CheckpointKeyStore;
import io.claviger.store.tenant.CheckpointKeyStore.CheckpointKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;

/** A key of an installation that is not sealed. */
public record TestSigner(KeyPair pair) implements ChangeLogPruning.Signer {
  /** A new key. */
  public static TestSigner make() {
    try {
      return new TestSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new key, which is that of a database from now on. */
  public static TestSigner of(Database database) {
    TestSigner signer = make();
    database.run(transaction ->
        new CheckpointKeyStore(database)
            .insert(
                transaction,
                new CheckpointKey(signer.pair().getPublic().getEncoded(), new byte[] {1})));
    return signer;
  }

  @Override
  public String publicKey() {
    return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
  }

  @Override
  public Anchor sign(ChainHead head, Instant until, Instant time) {
    return Anchor.sign(head, until, time, publicKey(), pair.getPrivate());
  }
}
