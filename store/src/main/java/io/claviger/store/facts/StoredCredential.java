package io.claviger.store.facts;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.id.AccessKeyId;

/** A credential as it is kept, before anything is known about what it hangs on. */
public sealed interface StoredCredential {
  /** A log-in session or a token of a user. */
  record OfUser(UserCredential credential) implements StoredCredential {}

  /** A token of an application. */
  record OfApplication(ApplicationToken token) implements StoredCredential {}

  /** A session of a device. */
  record OfDevice(DeviceSession session, WarrantRef warrant) implements StoredCredential {}

  /** What vouches for a device session. */
  sealed interface WarrantRef {
    /** An access key. */
    record Key(AccessKeyId id) implements WarrantRef {}

    /** Another credential (KEY-41). */
    record Sponsor(CredentialRef credential) implements WarrantRef {}
  }
}
