package io.claviger.store.facts;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.secret.Digest;
import io.claviger.store.facts.StoredCredential.OfUser;
import org.jspecify.annotations.Nullable;

/**
 * A credential that is remembered, and what it is found by. The digest stands in the entry itself:
 * among a million of them each further place in memory costs more than everything that is computed.
 */
final class CredentialEntry {
  final CredentialRef ref;

  /**
   * What {@link #value} wraps, kept without that wrapper: one place less in memory. Null until it
   * is loaded, and when the tables have none.
   */
  private volatile @Nullable Object kept;

  /** Whether it is useless: it was taken out of the memory. Guarded by the entry. */
  boolean dropped;

  // Written once, before the entry is put where others find it by the digest.
  private boolean presented;
  private long word0;
  private long word1;
  private long word2;
  private long word3;

  CredentialEntry(CredentialRef ref) {
    this.ref = ref;
  }

  /**
   * Takes the digest of a credential that was presented; one that only vouches for another need
   * never be. A second digest is not taken: with another secret it is another entry. Guarded by the
   * entry.
   */
  void present(Digest digest) {
    if (!presented) {
      word0 = digest.word(0);
      word1 = digest.word(1);
      word2 = digest.word(2);
      word3 = digest.word(3);
      presented = true;
    }
  }

  /** The credential; null until it is loaded, and when the tables have none. */
  @Nullable StoredCredential value() {
    return switch (kept) {
      case UserCredential credential -> new OfUser(credential);
      case StoredCredential credential -> credential;
      case null, default -> null;
    };
  }

  void keep(@Nullable StoredCredential value) {
    kept = value instanceof OfUser(var credential) ? credential : value;
  }

  /** Whether it has a digest. */
  boolean presented() {
    return presented;
  }

  /** Whether it has this digest; takes the same time wherever two differ. */
  boolean has(Digest digest) {
    return presented && digest.hasWords(word0, word1, word2, word3);
  }

  /** Where a table begins to look for it: as {@link Digest#hashCode()} says. */
  int digestHash() {
    return (int) (word0 >>> Integer.SIZE);
  }
}
