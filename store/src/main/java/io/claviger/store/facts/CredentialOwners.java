package io.claviger.store.facts;

import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.Database;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** For whom credentials act or acted: those that are gone are in the change log. */
public final class CredentialOwners {
  private final ChangeHistory history;
  private final Facts present;

  /**
   * Finds owners.
   *
   * @param present the credentials that there are
   */
  public CredentialOwners(Database database, Facts present) {
    this.history = new ChangeHistory(database);
    this.present = present;
  }

  /** For whom a credential acts. That never changes. */
  public sealed interface CredentialOwner {
    /** Its id. */
    Id id();

    /** A user. */
    record OfUser(UserId id) implements CredentialOwner {}

    /** An application, also through one of its devices. */
    record OfApplication(ApplicationId id) implements CredentialOwner {}
  }

  /**
   * The owner of a token or session, there or gone; empty when there was never one of that kind.
   */
  public Optional<CredentialOwner> of(CredentialRef ref) {
    Optional<StoredCredential> stored = present.credential(ref);
    return stored.isPresent()
        ? stored.map(CredentialOwners::of).filter(owner -> fits(ref.kind(), owner))
        : logged(ref);
  }

  private static CredentialOwner of(StoredCredential stored) {
    return switch (stored) {
      case StoredCredential.OfUser(var credential) -> new CredentialOwner.OfUser(credential.user());
      case StoredCredential.OfApplication(var token) ->
          new CredentialOwner.OfApplication(token.application());
      case StoredCredential.OfDevice(var session, var _) ->
          new CredentialOwner.OfApplication(session.application());
    };
  }

  private static boolean fits(TokenKind kind, CredentialOwner owner) {
    return switch (kind) {
      case USER, SESSION, OAUTH -> owner instanceof CredentialOwner.OfUser;
      case APPLICATION, DEVICE -> owner instanceof CredentialOwner.OfApplication;
    };
  }

  private Optional<CredentialOwner> logged(CredentialRef ref) {
    return switch (ref.kind()) {
      case USER -> token(ref.id(), "user").map(UserId::new).map(CredentialOwner.OfUser::new);
      case APPLICATION ->
          token(ref.id(), "application")
              .map(ApplicationId::new)
              .map(CredentialOwner.OfApplication::new);
      case SESSION -> session(ref.id(), "userId").map(UserId::new).map(CredentialOwner.OfUser::new);
      case DEVICE ->
          session(ref.id(), "deviceId")
              .flatMap(_ -> session(ref.id(), "applicationId"))
              .map(ApplicationId::new)
              .map(CredentialOwner.OfApplication::new);
      case OAUTH -> Optional.empty();
    };
  }

  private Optional<String> token(String id, String ownerType) {
    return history
        .known(SubjectType.API_TOKEN, id)
        .filter(token -> token.path("ownerType").asString("").equals(ownerType))
        .map(token -> token.path("ownerId").asString(""));
  }

  private Optional<String> session(String id, String property) {
    return history
        .known(SubjectType.SESSION, id)
        .map(session -> session.path(property))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  /** The application of an access key, there or gone; empty when there was never such a key. */
  public Optional<CredentialOwner> of(AccessKeyId id) {
    return present
        .accessKey(id)
        .map(AccessKey::application)
        .or(() ->
            history
                .known(SubjectType.ACCESS_KEY, id.text())
                .map(key -> new ApplicationId(key.path("applicationId").asString(""))))
        .map(CredentialOwner.OfApplication::new);
  }
}
