package io.claviger.core.decide;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Questions and bearers with one thing about them changed. */
final class Altered {
  private Altered() {}

  static Question bearer(Question question, Bearer bearer) {
    return new Question(
        bearer, question.action(), question.place(), question.address(), question.now());
  }

  static Question place(Question question, Place place) {
    return new Question(
        question.bearer(), question.action(), place, question.address(), question.now());
  }

  static Question now(Question question, Instant now) {
    return new Question(
        question.bearer(), question.action(), question.place(), question.address(), now);
  }

  static Bearer validity(Bearer bearer, Validity validity) {
    if (bearer instanceof Bearer.OfTenant it) {
      return tenant(it, validity, it.token().scopes());
    }
    return with(bearer, _ -> validity, UnaryOperator.identity());
  }

  /** Of a tenant's token the scopes that are named, whatever other names there are. */
  static Bearer scope(Bearer bearer, ScopeNames names) {
    if (bearer instanceof Bearer.OfTenant it) {
      Set<TenantScope> scopes = new HashSet<>();
      names.names().forEach(name -> TenantScope.parse(name).toOptional().ifPresent(scopes::add));
      return tenant(it, it.token().validity(), scopes);
    }
    return with(bearer, UnaryOperator.identity(), _ -> World.grant(names));
  }

  static Bearer.OfTenant tenant(
      Bearer.OfTenant bearer, Validity validity, Set<TenantScope> scopes) {
    TenantToken it = bearer.token();
    return new Bearer.OfTenant(
        new TenantToken(it.id(), it.organization(), it.user(), it.tenure(), validity, scopes),
        bearer.user(),
        bearer.tenure(),
        bearer.standing());
  }

  /** The bearer as it is once the catalogue is that one. */
  static Bearer in(Catalogue catalogue, Bearer bearer) {
    return with(
        bearer,
        UnaryOperator.identity(),
        grant -> new Grant(grant.names(), catalogue.resolve(grant.names())));
  }

  static Bearer.OfUser cap(Bearer.OfUser bearer, RoleCap cap) {
    UserCredential it = bearer.credential();
    return new Bearer.OfUser(
        new UserCredential(
            it.kind(), it.id(), it.user(), it.issuedAt(), it.validity(), it.grant(), cap),
        bearer.user());
  }

  static Bearer.OfUser kind(Bearer.OfUser bearer, UserCredential.Kind kind) {
    UserCredential it = bearer.credential();
    return new Bearer.OfUser(
        new UserCredential(
            kind, it.id(), it.user(), it.issuedAt(), it.validity(), it.grant(), it.cap()),
        bearer.user());
  }

  static Bearer.OfUser user(Bearer.OfUser bearer, Optional<UserFacts> user) {
    return new Bearer.OfUser(bearer.credential(), user);
  }

  private static Bearer with(
      Bearer bearer, UnaryOperator<Validity> validity, UnaryOperator<Grant> grant) {
    return switch (bearer) {
      case Bearer.OfUser(UserCredential it, Optional<UserFacts> user) ->
          new Bearer.OfUser(
              new UserCredential(
                  it.kind(),
                  it.id(),
                  it.user(),
                  it.issuedAt(),
                  validity.apply(it.validity()),
                  grant.apply(it.grant()),
                  it.cap()),
              user);
      case Bearer.OfApplication(ApplicationToken it, boolean exists) ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  it.id(),
                  it.application(),
                  validity.apply(it.validity()),
                  grant.apply(it.grant()),
                  it.ceiling()),
              exists);
      case Bearer.OfDevice(DeviceSession it, var warrant, var device) ->
          new Bearer.OfDevice(
              new DeviceSession(
                  it.id(),
                  it.application(),
                  it.device(),
                  validity.apply(it.validity()),
                  grant.apply(it.grant())),
              warrant,
              device);
      case Bearer.OfTenant it -> it;
      case Bearer.Anonymous it -> it;
    };
  }
}
