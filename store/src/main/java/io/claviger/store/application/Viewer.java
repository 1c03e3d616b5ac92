package io.claviger.store.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Owner;
import io.claviger.core.role.RoleCap;

/** For whom a list is drawn. */
public sealed interface Viewer {

  /**
   * A user.
   *
   * @param user whose memberships count
   * @param cap of the credential that asks
   * @param secondFactor whether the user has one, which some organizations ask for (ORG-13)
   */
  record OfUser(UserId user, RoleCap cap, boolean secondFactor) implements Viewer {}

  /**
   * An application token.
   *
   * @param owner of the application
   * @param application outside of which nothing is seen
   * @param ceiling of the token, which hides what its creator did not see (APT-14)
   */
  record OfApplication(Owner owner, ApplicationId application, Ceiling ceiling) implements Viewer {}
}
