package io.claviger.server.devicelogin;

import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.DeviceId;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.topic.CustomTopics;
import io.claviger.server.access.Access;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.store.facts.CredentialRef;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import java.time.Instant;
import java.util.Optional;

/**
 * Sessions for devices on the word of a user or an application (KEY-41). A sponsor must see the
 * device, and gives no more scope and no more time than it has; what it may do itself is asked
 * again at every request of the device.
 */
final class Sponsors {
  private static final String KIND = "Device";

  private final Access access;
  private final ScopeCover cover;
  private final Action seeing;

  Sponsors(Access access, Catalogue catalogue) {
    this.access = access;
    this.cover = new ScopeCover(catalogue);
    this.seeing = catalogue.action("device.get").orElseThrow();
  }

  /** Who vouches, with what it can give. */
  private record Sponsor(CredentialRef ref, ScopeNames scope, Validity validity) {}

  /**
   * The device, if the caller may vouch for it.
   *
   * @throws ApiException 401 without a good credential; 403 for a credential that cannot vouch or
   *     has not the scope; 404 for a device that the caller does not see; 400 for one that does not
   *     connect by itself (KEY-31)
   */
  Admission admit(Call call, DeviceId id, ScopeNames wanted) {
    Authorizer.invalid(call.bearer(), call.question().address(), call.question().now())
        .ifPresent(reason -> {
          throw Refusals.of(reason);
        });
    Sponsor sponsor = sponsor(call.bearer());
    DeviceFacts device = seen(call, id);
    if (!device.deviceClass().mayAuthenticate()) {
      throw ApiException.validation(
          "deviceId",
          "is of class " + device.deviceClass().wireName() + ", which does not connect by itself");
    }
    cover
        .beyond(sponsor.scope(), wanted)
        .ifPresent(name -> {
          throw ApiException.forbidden(
              "requestedScopes must not go beyond the scope of the credential that vouches: "
                  + name);
        });
    return new Admission(
        device,
        new Warrant.BySponsor(call.bearer()),
        new WarrantRef.Sponsor(sponsor.ref()),
        sponsor.validity().expiresAt(),
        CustomTopics.NONE);
  }

  private static Sponsor sponsor(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(var credential, var _) ->
          new Sponsor(
              new CredentialRef(
                  switch (credential.kind()) {
                    case SESSION -> TokenKind.SESSION;
                    case API_TOKEN -> TokenKind.USER;
                    case OAUTH_TOKEN ->
                        throw ApiException.forbidden("OAuth tokens cannot vouch for a device");
                  },
                  credential.id().text()),
              credential.grant().names(),
              credential.validity());
      case Bearer.OfApplication(var token, var _) ->
          new Sponsor(
              new CredentialRef(TokenKind.APPLICATION, token.id().text()),
              token.grant().names(),
              token.validity());
      case Bearer.OfDevice _ -> throw ApiException.forbidden("A device cannot vouch for a device");
      case Bearer.Anonymous _ -> throw ApiException.unauthorized();
    };
  }

  /** A device that is not seen answers as one that is not there (ERR-5). */
  private DeviceFacts seen(Call call, DeviceId id) {
    Optional<DeviceFacts> device = access.bearers().device(id);
    Question question = call.question();
    Instant now = question.now();
    Place place = device.map(found -> place(call.bearer(), found)).orElse(new Place.Absent(KIND));
    Decision decision =
        access
            .ask(new Question(question.bearer(), seeing, place, question.address(), now))
            .decision();
    if (decision instanceof Decision.Denied(Denial reason)) {
      throw reason instanceof Denial.Unseen ? ApiException.notFound(KIND) : Refusals.of(reason);
    }
    return device.filter(found -> !found.deleted()).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private Place place(Bearer bearer, DeviceFacts device) {
    return access
        .places()
        .find(
            bearer,
            new Places.Named(
                Optional.of(device.application().text()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(device.id().text()),
                Optional.empty()));
  }
}
