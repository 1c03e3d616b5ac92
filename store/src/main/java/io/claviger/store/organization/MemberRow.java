package io.claviger.store.organization;

import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;

/**
 * A member of an organization, with what the account says of the person today.
 *
 * @param membership what the administrators granted; what it is worth also depends on the second
 *     factor that the organization asks for (ORG-13)
 * @param twoFactor whether the person logs in with a second factor
 */
public record MemberRow(
    UserId user,
    String email,
    String firstName,
    String lastName,
    Membership membership,
    boolean twoFactor) {
  /** First and last name. */
  public String fullName() {
    return (firstName + " " + lastName).strip();
  }

  /** The same member with other rights. */
  public MemberRow with(Membership newMembership) {
    return new MemberRow(user, email, firstName, lastName, newMembership, twoFactor);
  }
}
