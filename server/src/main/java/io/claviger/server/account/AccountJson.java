package io.claviger.server.account;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.session.UserSessionRow;
import io.claviger.store.user.UserRow;
import tools.jackson.databind.node.ObjectNode;

/** Accounts and sessions as JSON; never with anything of a password or a token. */
final class AccountJson {
  private AccountJson() {}

  /**
   * An account for the change log, from which decisions about the past are made as well: every
   * entry says whether it was switched off.
   */
  static ObjectNode render(UserRow user) {
    ObjectNode object = me(user).put("deactivated", user.management().deactivated());
    user.management().owner().ifPresent(owner -> object.put("ownerOrgId", owner.text()));
    return object;
  }

  /** What the user sees of the own account (USR-13). */
  static ObjectNode me(UserRow user) {
    ObjectNode object = Wire.object("user", user.id().text()).put("_type", "me");
    object.put("creationDate", Wire.time(user.createdAt()));
    object.put("lastUpdated", Wire.time(user.updatedAt()));
    object.put("passwordLastUpdated", Wire.time(user.passwordChangedAt()));
    object.put("email", user.email());
    object.put("firstName", user.firstName());
    object.put("lastName", user.lastName());
    object.put("fullName", user.fullName());
    user.profile().fields().forEach(object::put);
    Wire.putTime(object, "tokenCutoff", user.tokenCutoff());
    object.put("emailVerified", user.emailVerified());
    Wire.put(object, "requestedEmail", user.requestedEmail());
    object.put("needsToVerifyEmail", user.needsToVerifyEmail());
    object.put("twoFactorAuthEnabled", user.twoFactor());
    object.put("ssoLinked", false);
    return object;
  }

  /** A session, for the change log. */
  static ObjectNode render(UserSessionRow session) {
    ObjectNode object = Json.emptyObject().put("id", session.id().text());
    object.put("userId", session.user().text());
    object.put("creationDate", Wire.time(session.issuedAt()));
    Wire.putTime(object, "expirationDate", session.expiresAt());
    session.scope().names().forEach(object.putArray("scope")::add);
    return object;
  }

  static Subject subject(UserRow user) {
    return new Subject(SubjectType.USER, user.id().text(), user.email());
  }
}
