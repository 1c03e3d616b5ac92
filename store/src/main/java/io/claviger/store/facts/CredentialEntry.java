package io.claviger.store.facts;

import io.claviger.core.secret.Digest;
import org.jspecify.annotations.Nullable;

/** A credential that is remembered, and what it is found by. */
final class CredentialEntry {
  final CredentialRef ref;

  /** Null until the credential was presented: one that only vouches for another need never be. */
  volatile @Nullable Digest digest;

  /**
   * Null until it is loaded, and when the tables have none: a holder would be one more place in
   * memory to go to on the way to a credential.
   */
  volatile @Nullable StoredCredential value;

  /** Whether it is useless: it was taken out of the memory. Guarded by the entry. */
  boolean dropped;

  CredentialEntry(CredentialRef ref) {
    this.ref = ref;
  }
}
