package io.claviger.store.facts;

import io.claviger.core.secret.Digest;
import org.jspecify.annotations.Nullable;

/** A credential that is remembered, by its id. All but the reference is guarded by the entry. */
final class CredentialEntry {
  final CredentialRef ref;

  /** Null until it is loaded, when the tables have none, and when it stands under its digest. */
  @Nullable StoredCredential value;

  /**
   * Under which it was presented and is found; null for one that only vouches for another. Never
   * changes: with another secret it is another credential.
   */
  @Nullable Digest digest;

  /** Whether it was taken out of the memory and is useless. */
  boolean dropped;

  CredentialEntry(CredentialRef ref) {
    this.ref = ref;
  }
}
