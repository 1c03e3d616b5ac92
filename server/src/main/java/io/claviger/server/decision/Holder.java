package io.claviger.server.decision;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.id.Id;
import java.util.Optional;

/**
 * Whose credential it is that was presented.
 *
 * @param kind of the credential, as on the wire
 * @param id of the credential
 * @param ownerType for whom it acts
 */
record Holder(String kind, Id id, String ownerType, Id ownerId) {
  /** The holder of a bearer's credential; empty when nobody is behind it. */
  static Optional<Holder> of(Bearer bearer) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> Optional.empty();
      case Bearer.OfUser(UserCredential credential, var _) ->
          Optional.of(new Holder(kind(credential), credential.id(), "user", credential.user()));
      case Bearer.OfApplication(ApplicationToken token, var _) ->
          Optional.of(
              new Holder("applicationToken", token.id(), "application", token.application()));
      case Bearer.OfTenant tenant ->
          Optional.of(
              new Holder(
                  "personalAccessToken", tenant.token().id(), "user", tenant.token().user()));
      case Bearer.OfDevice(var session, var _, var _) ->
          Optional.of(new Holder("deviceSession", session.id(), "device", session.device()));
    };
  }

  private static String kind(UserCredential credential) {
    return switch (credential.kind()) {
      case SESSION -> "loginSession";
      case API_TOKEN -> "userToken";
      case OAUTH_TOKEN -> "oauthToken";
    };
  }

  /** An access key acts for its application. */
  static Holder of(AccessKey key) {
    return new Holder("accessKey", key.id(), "application", key.application());
  }
}
