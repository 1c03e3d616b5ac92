package io.claviger.server.devicelogin;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.decide.Vouching;
import io.claviger.core.decide.Vouching.Outcome;
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

/** Sessions for devices on the word of a user or an application (KEY-41). */
final class Sponsors {
  private static final String KIND = "Device";

  private final Access access;
  private final Vouching vouching;
  private final Action seeing;

  Sponsors(Access access, Catalogue catalogue) {
    this.access = access;
    this.vouching = new Vouching(new ScopeCover(catalogue));
    this.seeing = catalogue.action("device.get").orElseThrow();
  }

  /**
   * The device, if the caller may vouch for it.
   *
   * @throws ApiException 401 without a good credential; 403 for a credential that cannot vouch or
   *     has not the scope; 404 for a device that the caller does not see; 400 for one that does not
   *     connect by itself (KEY-31)
   */
  Admission admit(Call call, DeviceId id, ScopeNames wanted) {
    Question asked = call.question();
    Place place = place(call.bearer(), id);
    Question question = new Question(asked.bearer(), seeing, place, asked.address(), asked.now());
    return switch (vouching.decide(question, wanted)) {
      case Outcome.Granted(DeviceFacts device, Optional<Instant> latestEnd) ->
          new Admission(
              device,
              new Warrant.BySponsor(call.bearer()),
              new WarrantRef.Sponsor(reference(call.bearer())),
              latestEnd,
              CustomTopics.NONE);
      // A device that is not seen answers as one that is not there, whatever hides it (ERR-5).
      case Outcome.Refused(Denial.Unseen _) -> throw ApiException.notFound(KIND);
      case Outcome.Refused(Denial reason) -> throw Refusals.of(reason);
      case Outcome.Unfit(var deviceClass) ->
          throw ApiException.validation(
              "deviceId",
              "is of class " + deviceClass.wireName() + ", which does not connect by itself");
      case Outcome.Beyond(String scope) ->
          throw ApiException.forbidden(
              "requestedScopes must not go beyond the scope of the credential that vouches: "
                  + scope);
    };
  }

  private Place place(Bearer bearer, DeviceId id) {
    Optional<DeviceFacts> device = access.bearers().device(id);
    return device.isEmpty()
        ? new Place.Absent(KIND)
        : access
            .places()
            .find(
                bearer,
                new Places.Named(
                    Optional.of(device.get().application().text()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(id.text()),
                    Optional.empty()));
  }

  /** Under which name a sponsor is kept. */
  private static CredentialRef reference(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(var credential, var _) ->
          new CredentialRef(kind(credential), credential.id().text());
      case Bearer.OfApplication(var token, var _) ->
          new CredentialRef(TokenKind.APPLICATION, token.id().text());
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ ->
          throw new IllegalStateException("vouches for nobody");
    };
  }

  private static TokenKind kind(UserCredential credential) {
    return switch (credential.kind()) {
      case SESSION -> TokenKind.SESSION;
      case API_TOKEN -> TokenKind.USER;
      case OAUTH_TOKEN -> throw new IllegalStateException("vouches for nobody");
    };
  }
}
