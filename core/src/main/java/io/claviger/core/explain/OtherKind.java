package io.claviger.core.explain;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.ActionSet;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Personal access tokens of organizations manage users and do nothing else, and nothing else
 * manages users (LUC-17). Where the credential is of the wrong one of these two sorts no scope, no
 * role and no other place would help, so nothing is said of them.
 */
final class OtherKind {
  /** What can still refuse beside the sort of the credential: whether it is any good. */
  static final Set<Layer> LAYERS =
      EnumSet.of(Layer.CREDENTIAL, Layer.ADDRESS, Layer.ACCOUNT, Layer.SPONSOR);

  private static final String NOBODY = "0".repeat(24);
  private static final Standing ADMINISTRATOR =
      new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE));

  private OtherKind() {}

  /** Whether the action is only for credentials of the other sort. */
  static boolean isNeeded(Question question) {
    return switch (question.bearer()) {
      case Bearer.Anonymous _ -> false;
      case Bearer.OfTenant _ -> !question.action().forTenants();
      case Bearer.OfUser _, Bearer.OfApplication _, Bearer.OfDevice _ ->
          question.action().forTenants();
    };
  }

  /**
   * The question asked with a credential of the sort that the action is for, which may do
   * everything where it is used. It is as good as the one in its place.
   */
  static Question of(Question question) {
    boolean good =
        Authorizer.invalid(question.bearer(), question.address(), question.now()).isEmpty();
    Validity validity =
        new Validity(good ? CredentialStatus.ACTIVE : CredentialStatus.INACTIVE, Optional.empty());
    OrganizationId organization =
        question.bearer() instanceof Bearer.OfTenant tenant
            ? tenant.token().organization()
            : new OrganizationId(NOBODY);
    Bearer bearer =
        question.bearer() instanceof Bearer.OfTenant tenant
            ? session(tenant, validity, question)
            : tenant(organization, validity, unverified(question.bearer()));
    return new Question(
        bearer,
        question.action(),
        new Place.OfOwner(new Owner.Organization(organization), ADMINISTRATOR),
        question.address(),
        question.now());
  }

  private static boolean unverified(Bearer bearer) {
    return bearer instanceof Bearer.OfUser(var _, Optional<UserFacts> user)
        && user.filter(UserFacts::needsToVerifyEmail).isPresent();
  }

  private static Optional<UserFacts> facts(UserId user, boolean unverified) {
    return Optional.of(new UserFacts(user, Optional.empty(), unverified));
  }

  private static Bearer session(Bearer.OfTenant bearer, Validity validity, Question question) {
    UserId user = bearer.token().user();
    return new Bearer.OfUser(
        new UserCredential(
            UserCredential.Kind.SESSION,
            new ApiTokenId(bearer.token().id().text()),
            user,
            Instant.EPOCH,
            validity,
            new Grant(
                new ScopeNames(List.of(question.action().id())),
                ActionSet.of(List.of(question.action()))),
            RoleCap.UNCAPPED),
        facts(user, bearer.user().filter(UserFacts::needsToVerifyEmail).isPresent()));
  }

  private static Bearer tenant(OrganizationId organization, Validity validity, boolean unverified) {
    UserId user = new UserId(NOBODY);
    return new Bearer.OfTenant(
        new TenantToken(
            new TenantTokenId(NOBODY),
            organization,
            user,
            0,
            validity,
            Set.of(TenantScope.values())),
        facts(user, unverified),
        Optional.of(0L),
        ADMINISTRATOR);
  }
}
