package io.claviger.core.explain;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.ActionSet;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A question as it would be if one layer had nothing against it. */
final class Ideals {
  private static final Standing ADMINISTRATOR =
      new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE));
  private static final DeviceSelection NO_OTHER = new DeviceSelection.Only(Set.of(), List.of());

  private Ideals() {}

  /** The question with the layers made to let everything through. */
  static Question of(Subject subject, Set<Layer> layers) {
    Question ideal = subject.question();
    if (OtherKind.isNeeded(ideal)) {
      for (Layer layer : layers) {
        ideal = layer == Layer.CREDENTIAL_KIND ? ideal : of(layer, ideal);
      }
      // Last of all: a credential of the other sort is as good as what the others made of this one.
      return layers.contains(Layer.CREDENTIAL_KIND) ? OtherKind.of(ideal) : ideal;
    }
    for (Layer layer : layers) {
      ideal = of(layer, ideal);
    }
    return withStanding(ideal, subject, layers);
  }

  private static Question of(Layer layer, Question question) {
    return switch (layer) {
      case CREDENTIAL -> withBearer(question, existing(question.bearer()));
      case ADDRESS -> withBearer(question, fromAnywhere(question.bearer()));
      case ACCOUNT -> withBearer(question, verified(question.bearer()));
      case CREDENTIAL_KIND -> withBearer(question, asSession(question.bearer()));
      case SCOPE -> withBearer(question, inScope(question));
      case RESOURCE -> existing(question);
      case ORGANIZATION -> withPlace(question, open(question.place()));
      case TOPIC -> question; // no request has one
      case SECOND_FACTOR, MEMBER_ROLE, MEMBER_OVERRIDE -> question; // together: see withStanding
      case CAP, CAP_OVERRIDE -> withBearer(question, uncapped(question.bearer()));
      case DEVICE -> withBearer(question, reaching(question));
      case SPONSOR -> withBearer(question, withoutSponsor(question.bearer()));
    };
  }

  /**
   * A role is worth nothing as long as a second factor is missing, however high it is, and the
   * second factor gives no more than the role that was granted.
   */
  private static Question withStanding(Question ideal, Subject subject, Set<Layer> layers) {
    boolean highest = layers.contains(Layer.MEMBER_ROLE) || layers.contains(Layer.MEMBER_OVERRIDE);
    boolean missing = !Explainer.standing(subject.question().place()).equals(subject.granted());
    if (missing && !layers.contains(Layer.SECOND_FACTOR)) {
      return ideal;
    }
    Place place = ideal.place();
    if (highest) {
      return withPlace(ideal, standing(place, highest(place)));
    }
    return missing ? withPlace(ideal, standing(place, subject.granted())) : ideal;
  }

  private static Question withBearer(Question question, Bearer bearer) {
    return new Question(
        bearer, question.action(), question.place(), question.address(), question.now());
  }

  private static Question withPlace(Question question, Place place) {
    return new Question(
        question.bearer(), question.action(), place, question.address(), question.now());
  }

  private static Bearer existing(Bearer bearer) {
    return switch (bearer) {
      case Bearer.Anonymous anonymous -> anonymous;
      case Bearer.OfUser(UserCredential it, Optional<UserFacts> user) ->
          new Bearer.OfUser(
              new UserCredential(
                  it.kind(),
                  it.id(),
                  it.user(),
                  it.issuedAt(),
                  Validity.UNLIMITED,
                  it.grant(),
                  it.cap()),
              Optional.of(
                  new UserFacts(
                      it.user(),
                      Optional.empty(),
                      user.map(UserFacts::needsToVerifyEmail).orElse(false),
                      user.map(UserFacts::twoFactorEnabled).orElse(false))));
      case Bearer.OfTenant tenant -> existing(tenant);
      case Bearer.OfApplication(ApplicationToken it, boolean _) ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  it.id(), it.application(), Validity.UNLIMITED, it.grant(), it.ceiling()),
              true);
      case Bearer.OfDevice(DeviceSession it, Warrant warrant, Optional<DeviceFacts> device) ->
          new Bearer.OfDevice(
              new DeviceSession(
                  it.id(), it.application(), it.device(), Validity.UNLIMITED, it.grant()),
              switch (warrant) {
                case Warrant.ByKey(Optional<AccessKey> key) ->
                    new Warrant.ByKey(Optional.of(active(it.application(), key)));
                case Warrant.BySponsor sponsor -> sponsor;
              },
              Optional.of(present(it, device)));
    };
  }

  private static AccessKey active(ApplicationId application, Optional<AccessKey> key) {
    return new AccessKey(
        key.map(AccessKey::id).orElse(new AccessKeyId("0".repeat(24))),
        application,
        key.map(AccessKey::secret).orElse(Digest.of("")),
        CredentialStatus.ACTIVE,
        key.map(AccessKey::devices).orElse(NO_OTHER),
        key.map(AccessKey::addresses).orElse(new AddressRule.Anyone()),
        key.map(AccessKey::topics).orElse(CustomTopics.NONE));
  }

  private static DeviceFacts present(DeviceSession session, Optional<DeviceFacts> device) {
    return new DeviceFacts(
        session.device(),
        session.application(),
        device.map(DeviceFacts::deviceClass).orElse(DeviceClass.STANDALONE),
        device.map(DeviceFacts::tags).orElse(List.of()),
        device.flatMap(DeviceFacts::gateway),
        false);
  }

  private static Bearer fromAnywhere(Bearer bearer) {
    return bearer instanceof Bearer.OfDevice(var session, Warrant.ByKey(var key), var device)
            && key.isPresent()
        ? new Bearer.OfDevice(session, new Warrant.ByKey(key.map(Ideals::fromAnywhere)), device)
        : bearer;
  }

  private static AccessKey fromAnywhere(AccessKey key) {
    return new AccessKey(
        key.id(),
        key.application(),
        key.secret(),
        key.status(),
        key.devices(),
        new AddressRule.Anyone(),
        key.topics());
  }

  private static Bearer verified(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(UserCredential credential, Optional<UserFacts> user) ->
          new Bearer.OfUser(credential, user.map(Ideals::verified));
      case Bearer.OfTenant(TenantToken token, var user, var tenure, var standing) ->
          new Bearer.OfTenant(token, user.map(Ideals::verified), tenure, standing);
      case Bearer.Anonymous _, Bearer.OfApplication _, Bearer.OfDevice _ -> bearer;
    };
  }

  private static UserFacts verified(UserFacts user) {
    return new UserFacts(
        user.id(), user.tokenCutoff(), false, user.twoFactorEnabled(), user.deactivated());
  }

  /** A session that began now, which no cutoff ends. */
  private static Bearer asSession(Bearer bearer) {
    return bearer instanceof Bearer.OfUser(UserCredential it, Optional<UserFacts> user)
            && it.kind() != UserCredential.Kind.SESSION
        ? new Bearer.OfUser(
            new UserCredential(
                UserCredential.Kind.SESSION,
                it.id(),
                it.user(),
                user.flatMap(UserFacts::tokenCutoff).orElse(it.issuedAt()),
                it.validity(),
                it.grant(),
                it.cap()),
            user)
        : bearer;
  }

  private static Bearer existing(Bearer.OfTenant bearer) {
    TenantToken it = bearer.token();
    return new Bearer.OfTenant(
        new TenantToken(
            it.id(), it.organization(), it.user(), it.tenure(), Validity.UNLIMITED, it.scopes()),
        Optional.of(
            new UserFacts(
                it.user(),
                Optional.empty(),
                bearer.user().map(UserFacts::needsToVerifyEmail).orElse(false))),
        Optional.of(it.tenure()),
        new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE)));
  }

  private static Bearer inScope(Question question) {
    ActionSet wanted = ActionSet.of(List.of(question.action()));
    return switch (question.bearer()) {
      case Bearer.Anonymous anonymous -> anonymous;
      case Bearer.OfUser(UserCredential it, var user) ->
          new Bearer.OfUser(
              new UserCredential(
                  it.kind(),
                  it.id(),
                  it.user(),
                  it.issuedAt(),
                  it.validity(),
                  with(it.grant(), wanted),
                  it.cap()),
              user);
      case Bearer.OfTenant(TenantToken it, var user, var tenure, var standing) ->
          new Bearer.OfTenant(
              new TenantToken(
                  it.id(),
                  it.organization(),
                  it.user(),
                  it.tenure(),
                  it.validity(),
                  Set.of(TenantScope.values())),
              user,
              tenure,
              standing);
      case Bearer.OfApplication(ApplicationToken it, boolean exists) ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  it.id(), it.application(), it.validity(), with(it.grant(), wanted), it.ceiling()),
              exists);
      case Bearer.OfDevice(DeviceSession it, Warrant warrant, var device) ->
          new Bearer.OfDevice(
              new DeviceSession(
                  it.id(), it.application(), it.device(), it.validity(), with(it.grant(), wanted)),
              warrant,
              device);
    };
  }

  private static Grant with(Grant grant, ActionSet wanted) {
    return new Grant(grant.names(), grant.actions().union(wanted));
  }

  /** Of a place that is not there nobody can say what a maximum role would do. */
  private static Question existing(Question question) {
    Question existing = withPlace(question, existingPlace(question));
    boolean elsewhere =
        question.bearer() instanceof Bearer.OfUser && Explainer.role(question.place()).isEmpty();
    return elsewhere ? withBearer(existing, uncapped(existing.bearer())) : existing;
  }

  /** Where the bearer may be used, with what it has at the place that it names. */
  private static Place existingPlace(Question question) {
    return switch (question.bearer()) {
      case Bearer.Anonymous _ -> question.place();
      case Bearer.OfUser(UserCredential credential, var _) -> existingFor(credential, question);
      case Bearer.OfTenant(TenantToken token, var _, var _, var standing) -> {
        Owner own = new Owner.Organization(token.organization());
        yield question.place() instanceof Place.OfOwner place && place.owner().equals(own)
            ? place
            : new Place.OfOwner(own, standing);
      }
      case Bearer.OfApplication(ApplicationToken token, boolean _) ->
          existingIn(token.application(), question);
      case Bearer.OfDevice(DeviceSession session, var _, var device) ->
          withDevice(existingIn(session.application(), question), device);
    };
  }

  private static Place existingFor(UserCredential credential, Question question) {
    Owner sandbox = new Owner.Sandbox(credential.user());
    Place own = new Place.OfOwner(sandbox, new Standing.SandboxOwner());
    return switch (question.place()) {
      case Place.Account account -> Existence.needsPlace(question.action()) ? own : account;
      case Place.Absent(String _, Optional<Place.OfApplication> within) ->
          within
              .<Place>map(parent -> withPresentDevice((Place.OfApplication) open(parent)))
              .orElse(own);
      case Place.OfApplication place -> withPresentDevice(place);
      case Place.OfOwner place -> place;
      case Place.OfDashboard place -> place;
    };
  }

  private static Place.OfApplication withPresentDevice(Place.OfApplication place) {
    return new Place.OfApplication(
        place.owner(),
        place.id(),
        place.standing(),
        place.device().filter(device -> device.facts().isPresent()),
        place.state());
  }

  private static Place existingIn(ApplicationId application, Question question) {
    return switch (question.place()) {
      case Place.OfApplication it ->
          new Place.OfApplication(
              it.owner(),
              application,
              it.standing(),
              it.device().filter(device -> device.facts().isPresent()),
              it.state());
      case Place.OfDashboard it ->
          new Place.OfDashboard(
              new Resource.Dashboard(
                  it.dashboard().owner(), it.dashboard().id(), Optional.of(application)),
              it.standing(),
              it.open(),
              it.state());
      case Place.OfOwner it ->
          new Place.OfApplication(
              it.owner(), application, it.standing(), Optional.empty(), it.state());
      case Place.Account account ->
          question.action().has(ActionFlag.ANY_SCOPE) ? account : somewhere(application);
      case Place.Absent _ -> somewhere(application);
    };
  }

  private static Place somewhere(ApplicationId application) {
    return new Place.OfApplication(
        new Owner.Organization(new OrganizationId("0".repeat(24))),
        application,
        new Standing.Stranger(),
        Optional.empty());
  }

  /** A device reaches no dashboard and no application as a whole by a role; it has its devices. */
  private static Place withDevice(Place place, Optional<DeviceFacts> self) {
    return place instanceof Place.OfDashboard dashboard
        ? new Place.OfApplication(
            dashboard.dashboard().owner(),
            dashboard.dashboard().application().orElseThrow(),
            dashboard.standing(),
            self.map(facts -> new Place.NamedDevice(Optional.of(facts))),
            dashboard.state())
        : place;
  }

  private static Place open(Place place) {
    return switch (place) {
      case Place.OfOwner it ->
          new Place.OfOwner(it.owner(), it.standing(), it.member(), OwnerState.OPEN);
      case Place.OfApplication it ->
          new Place.OfApplication(it.owner(), it.id(), it.standing(), it.device(), OwnerState.OPEN);
      case Place.OfDashboard it ->
          new Place.OfDashboard(it.dashboard(), it.standing(), it.open(), OwnerState.OPEN);
      case Place.Account it -> it;
      case Place.Absent(String kind, Optional<Place.OfApplication> within) ->
          new Place.Absent(kind, within.map(parent -> (Place.OfApplication) open(parent)));
    };
  }

  private static Standing highest(Place place) {
    return place instanceof Place.OfOwner(Owner.Sandbox _, var _, var _, var _)
            || place instanceof Place.OfApplication(Owner.Sandbox _, var _, var _, var _, var _)
        ? new Standing.SandboxOwner()
        : ADMINISTRATOR;
  }

  private static Place standing(Place place, Standing standing) {
    return switch (place) {
      case Place.OfOwner it -> new Place.OfOwner(it.owner(), standing, it.member(), it.state());
      case Place.OfApplication it ->
          new Place.OfApplication(it.owner(), it.id(), standing, it.device(), it.state());
      case Place.OfDashboard it ->
          new Place.OfDashboard(it.dashboard(), standing, it.open(), it.state());
      case Place.Account it -> it;
      case Place.Absent(String kind, Optional<Place.OfApplication> within) ->
          new Place.Absent(
              kind, within.map(parent -> (Place.OfApplication) standing(parent, standing)));
    };
  }

  private static Bearer uncapped(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(UserCredential it, var user) ->
          new Bearer.OfUser(
              new UserCredential(
                  it.kind(),
                  it.id(),
                  it.user(),
                  it.issuedAt(),
                  it.validity(),
                  it.grant(),
                  RoleCap.UNCAPPED),
              user);
      case Bearer.OfApplication(ApplicationToken it, boolean exists) ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  it.id(), it.application(), it.validity(), it.grant(), Ceiling.of(Role.ADMIN)),
              exists);
      case Bearer.Anonymous _, Bearer.OfTenant _, Bearer.OfDevice _ -> bearer;
    };
  }

  /** The device that is named, asking for itself. */
  private static Bearer reaching(Question question) {
    Optional<DeviceFacts> named =
        question.place() instanceof Place.OfApplication place
            ? place.device().flatMap(Place.NamedDevice::facts)
            : Optional.empty();
    if (named.isEmpty()
        || !(question.bearer() instanceof Bearer.OfDevice(var it, var warrant, var device))) {
      return question.bearer();
    }
    DeviceFacts self =
        new DeviceFacts(
            named.get().id(),
            device.map(DeviceFacts::application).orElse(it.application()),
            named.get().deviceClass(),
            named.get().tags(),
            named.get().gateway(),
            device.map(DeviceFacts::deleted).orElse(false));
    return new Bearer.OfDevice(
        new DeviceSession(it.id(), it.application(), self.id(), it.validity(), it.grant()),
        warrant,
        device.map(_ -> self));
  }

  /** As if a key had vouched that is for no other device. */
  private static Bearer withoutSponsor(Bearer bearer) {
    return bearer instanceof Bearer.OfDevice(var session, Warrant.BySponsor _, var device)
        ? new Bearer.OfDevice(
            session,
            new Warrant.ByKey(Optional.of(active(session.application(), Optional.empty()))),
            device)
        : bearer;
  }
}
