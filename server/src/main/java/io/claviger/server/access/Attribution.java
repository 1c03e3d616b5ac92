package io.claviger.server.access;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.Id;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Standing;
import io.claviger.store.StoreTimeout;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.usage.CredentialParty;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whose credential a question was asked with, and who may learn of it: the owner of the credential,
 * and the organization in which a user's credential was used by a member. What a stranger asks of
 * an organization stays with the stranger, and so does whether what was named exists.
 */
public final class Attribution {
  private final Function<ApplicationId, Optional<Owner>> owners;

  /**
   * Attributes uses.
   *
   * @param owners whom an application belongs to
   */
  public Attribution(Function<ApplicationId, Optional<Owner>> owners) {
    this.owners = owners;
  }

  /** Whose use or refusal this is. */
  CredentialParty of(Question question) {
    return switch (question.bearer()) {
      case Bearer.Anonymous _ -> CredentialParty.UNKNOWN;
      case Bearer.OfUser(UserCredential credential, var _) -> ofUser(credential, question.place());
      case Bearer.OfTenant tenant ->
          new CredentialParty(
              tenant.token().id().text(),
              "personalAccessToken",
              Optional.of(tenant.token().user().text()),
              Optional.of(tenant.token().organization().text()),
              Optional.empty());
      case Bearer.OfApplication(var token, var _) ->
          ofApplication(token.id(), "applicationToken", token.application());
      case Bearer.OfDevice(var session, var _, var _) ->
          ofApplication(session.id(), "deviceSession", session.application());
    };
  }

  /** A use of an access key by a device that authenticates. */
  CredentialParty of(AccessKey key) {
    return ofApplication(key.id(), "accessKey", key.application());
  }

  private static CredentialParty ofUser(UserCredential credential, Place place) {
    Optional<OrganizationId> organization = memberOf(place);
    return new CredentialParty(
        credential.id().text(),
        kind(credential.kind()),
        Optional.of(credential.user().text()),
        organization.map(Id::text),
        organization.flatMap(_ -> application(place)).map(Id::text));
  }

  private static String kind(UserCredential.Kind kind) {
    return switch (kind) {
      case SESSION -> "loginSession";
      case API_TOKEN -> "userToken";
      case OAUTH_TOKEN -> "oauthToken";
    };
  }

  private CredentialParty ofApplication(Id credential, String kind, ApplicationId application) {
    Optional<Owner> owner = owner(application);
    return new CredentialParty(
        credential.text(),
        kind,
        owner.flatMap(Attribution::user).map(Id::text),
        owner.flatMap(Attribution::organization).map(Id::text),
        Optional.of(application.text()));
  }

  /** Where it cannot be known, nobody but the reader of the credential learns of the use. */
  private Optional<Owner> owner(ApplicationId application) {
    try {
      return owners.apply(application);
    } catch (StoreUnavailable | StoreTimeout _) {
      // What was asked for is done, and stays so.
      return Optional.empty();
    }
  }

  private static Optional<OrganizationId> memberOf(Place place) {
    return switch (place) {
      case Place.OfOwner there -> memberOf(there.owner(), there.standing());
      case Place.OfApplication there -> memberOf(there.owner(), there.standing());
      case Place.OfDashboard there -> memberOf(there.dashboard().owner(), there.standing());
      case Place.Account _, Place.Absent _ -> Optional.empty();
    };
  }

  private static Optional<OrganizationId> memberOf(Owner owner, Standing standing) {
    return standing instanceof Standing.Member ? organization(owner) : Optional.empty();
  }

  private static Optional<ApplicationId> application(Place place) {
    return switch (place) {
      case Place.OfApplication there -> Optional.of(there.id());
      case Place.OfDashboard there -> there.dashboard().application();
      case Place.OfOwner _, Place.Account _, Place.Absent _ -> Optional.empty();
    };
  }

  private static Optional<OrganizationId> organization(Owner owner) {
    return owner instanceof Owner.Organization(var id) ? Optional.of(id) : Optional.empty();
  }

  private static Optional<UserId> user(Owner owner) {
    return owner instanceof Owner.Sandbox(var id) ? Optional.of(id) : Optional.empty();
  }
}
