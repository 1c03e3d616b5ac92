package io.claviger.store.tenant;

import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A person in the directory of an organization.
 *
 * @param id in this directory; that of the account, except for somebody who had one elsewhere
 * @param user the account; empty until an invited person joins
 * @param userName unique in the directory without regard to case
 * @param externalId under which the identity system knows the person
 * @param email the one that counts
 * @param details the attributes that the identity system gave
 * @param follows whether name and address are those of the account, since nobody gave others
 * @param active whether the person is a member, or is to be one when he joins
 * @param membership as a member; of somebody who is none, what he gets as one
 * @param member whether there is a membership at this moment
 * @param owned whether the organization made the account, and no other has the user as a member
 */
public record DirectoryRow(
    String id,
    Optional<UserId> user,
    String userName,
    Optional<String> externalId,
    String email,
    String givenName,
    String familyName,
    ObjectNode details,
    boolean follows,
    boolean active,
    Membership membership,
    boolean member,
    boolean owned,
    Instant createdAt,
    Instant updatedAt) {
  /** The same person with other rights. */
  public DirectoryRow withMembership(Membership other) {
    return new DirectoryRow(
        id,
        user,
        userName,
        externalId,
        email,
        givenName,
        familyName,
        details,
        follows,
        active,
        other,
        member,
        owned,
        createdAt,
        updatedAt);
  }

  /** The same person, active or not. */
  public DirectoryRow withActive(boolean other) {
    return new DirectoryRow(
        id,
        user,
        userName,
        externalId,
        email,
        givenName,
        familyName,
        details,
        follows,
        other,
        membership,
        member,
        owned,
        createdAt,
        updatedAt);
  }

  /** The same person as the identity system describes him now. */
  public DirectoryRow described(
      String newUserName,
      Optional<String> newExternalId,
      String newEmail,
      String newGivenName,
      String newFamilyName,
      ObjectNode newDetails) {
    return new DirectoryRow(
        id,
        user,
        newUserName,
        newExternalId,
        newEmail,
        newGivenName,
        newFamilyName,
        newDetails,
        false,
        active,
        membership,
        member,
        owned,
        createdAt,
        updatedAt);
  }
}
