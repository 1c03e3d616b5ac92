package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.role.Standing;
import java.util.Optional;

/** Who asks: the credential that was presented, with the facts about what it hangs on. */
public sealed interface Bearer {
  /** Nobody: no credential was presented, or none that exists. */
  record Anonymous() implements Bearer {}

  /**
   * Somebody acting for a user.
   *
   * @param user the user, or empty when the account is gone (UAT-25)
   */
  record OfUser(UserCredential credential, Optional<UserFacts> user) implements Bearer {}

  /**
   * An application's own token.
   *
   * @param applicationExists false once the application is gone (APT-16)
   */
  record OfApplication(ApplicationToken token, boolean applicationExists) implements Bearer {}

  /**
   * A device.
   *
   * @param warrant what vouches for the session at this moment
   * @param device the device, or empty when it is gone
   */
  record OfDevice(DeviceSession session, Warrant warrant, Optional<DeviceFacts> device)
      implements Bearer {}

  /**
   * A program that manages the users of an organization.
   *
   * @param user who made the token, or empty when the account is gone
   * @param tenure in which that user is an administrator of the organization; empty for one who is
   *     none
   * @param standing what the user is worth there, with the second factor that it asks for (ORG-13)
   */
  record OfTenant(
      TenantToken token, Optional<UserFacts> user, Optional<Long> tenure, Standing standing)
      implements Bearer {}

  /** What a device session stands on; it ends when that ends (KEY-46). */
  sealed interface Warrant {
    /**
     * The access key with which the device authenticated.
     *
     * @param key the key, or empty when it was deleted
     */
    record ByKey(Optional<AccessKey> key) implements Warrant {}

    /**
     * The user or application token that asked for the session (KEY-41). The device may do no more
     * than its sponsor could do at this moment, and reaches no other device but, as a gateway, its
     * peripherals (KEY-33).
     */
    record BySponsor(Bearer sponsor) implements Warrant {}
  }
}
