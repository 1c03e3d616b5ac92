package io.claviger.store.facts;

import io.claviger.core.credential.Validity;
import io.claviger.core.secret.Digest;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials by their digest, found with one look-up, and dropped by their id. An entry is in both
 * maps before it is loaded, and loading and dropping exclude each other on it: a credential read
 * before a change cannot be used after the change was acknowledged.
 */
final class CredentialMemory {
  /**
   * Beyond it everything is dropped; those in use are loaded anew. A credential takes some 300
   * bytes.
   */
  private static final int MAX_ENTRIES = 2_000_000;

  private final DigestTable byDigest = new DigestTable();
  private final ConcurrentHashMap<String, CredentialEntry> byId = new ConcurrentHashMap<>();

  /**
   * The credential with a digest.
   *
   * @param find its name in the tables, asked when the digest is not known here; what does not
   *     exist is not remembered
   */
  Optional<StoredCredential> get(
      Digest digest,
      Supplier<Optional<CredentialRef>> find,
      Function<CredentialRef, Optional<StoredCredential>> load) {
    StoredCredential known = byDigest.get(digest);
    if (known != null) {
      return Optional.of(known);
    }
    if (byId.mappingCount() >= MAX_ENTRIES) {
      byId.values().forEach(this::drop);
    }
    Optional<CredentialRef> ref = find.get();
    return ref.isEmpty() ? Optional.empty() : get(ref.get(), digest, load);
  }

  /** The credential with a name. */
  Optional<StoredCredential> get(
      CredentialRef ref, Function<CredentialRef, Optional<StoredCredential>> load) {
    return get(ref, null, load);
  }

  private Optional<StoredCredential> get(
      CredentialRef ref,
      @Nullable Digest digest,
      Function<CredentialRef, Optional<StoredCredential>> load) {
    while (true) {
      CredentialEntry entry = byId.computeIfAbsent(ref.id(), _ -> new CredentialEntry(ref));
      synchronized (entry) {
        if (!entry.dropped) {
          StoredCredential value = value(entry);
          if (value == null) {
            value = load.apply(entry.ref).orElse(null);
            entry.value = value;
          }
          if (digest != null && entry.digest == null && value != null) {
            byDigest.add(digest, value);
            entry.digest = digest;
            entry.value = null;
          }
          return Optional.ofNullable(value);
        }
      }
    }
  }

  private @Nullable StoredCredential value(CredentialEntry entry) {
    return entry.digest == null ? entry.value : byDigest.get(entry.digest);
  }

  /** Drops a credential. */
  void forget(String id) {
    CredentialEntry entry = byId.get(id);
    if (entry != null) {
      drop(entry);
    }
  }

  private void drop(CredentialEntry entry) {
    synchronized (entry) {
      entry.dropped = true;
      entry.value = null;
      // Before another entry can take its place: of two with one digest the wrong one might go.
      if (entry.digest != null) {
        byDigest.remove(entry.digest);
        entry.digest = null;
      }
      byId.remove(entry.ref.id(), entry);
    }
  }

  /** Drops what has run out: its row will be removed without a change being told. */
  void sweep(Instant now) {
    for (CredentialEntry entry : byId.values()) {
      synchronized (entry) {
        StoredCredential value = value(entry);
        if (value == null || validity(value).expired(now)) {
          drop(entry);
        }
      }
    }
  }

  private static Validity validity(StoredCredential stored) {
    return switch (stored) {
      case StoredCredential.OfUser(var credential) -> credential.validity();
      case StoredCredential.OfApplication(var token) -> token.validity();
      case StoredCredential.OfDevice(var session, var _) -> session.validity();
    };
  }
}
