package io.claviger.server.access;

import io.claviger.core.credential.TenantScope;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Question;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.Scope;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.server.http.Request;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The {@code WWW-Authenticate} header of a refusal (RFC 6750 section 3): what is wrong with the
 * token, and which scope would do. Nothing in it depends on whether a place exists: what is not
 * seen gets no such header, and the scope is checked before the place.
 */
public final class Challenges {
  private static final String HEADER = "WWW-Authenticate";

  private final Catalogue catalogue;

  public Challenges(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** The error with the header that goes with it. */
  public Refused with(Refused refused, Question question, Request request) {
    return header(refused.denial(), question, request)
        .map(value -> new Refused(refused.denial(), refused, Map.of(HEADER, value)))
        .orElse(refused);
  }

  private Optional<String> header(Denial denial, Question question, Request request) {
    return switch (denial.effect()) {
      case UNAUTHENTICATED -> invalidToken(question, request);
      case FORBIDDEN ->
          denial instanceof Denial.ScopeMissing(Action action)
              ? Optional.of(insufficientScope(action, question.bearer()))
              : Optional.empty();
      case UNSEEN -> Optional.empty();
    };
  }

  /** Without a token there is nothing wrong with it: the plain challenge stays. */
  private static Optional<String> invalidToken(Question question, Request request) {
    boolean wrong =
        Access.presentsToken(request)
            && Authorizer.invalid(question.bearer(), question.address(), question.now())
                .isPresent();
    return wrong ? Optional.of("Bearer error=\"invalid_token\"") : Optional.empty();
  }

  private String insufficientScope(Action action, Bearer bearer) {
    return "Bearer error=\"insufficient_scope\""
        + (bearer instanceof Bearer.OfTenant
                ? tenantScope(action)
                : catalogue.leastScope(action, usable(bearer)))
            .map(scope -> ", scope=\"" + scope + "\"")
            .orElse("");
  }

  private static Optional<String> tenantScope(Action action) {
    return Arrays.stream(TenantScope.values())
        .filter(scope -> scope.grants(action))
        .findFirst()
        .map(TenantScope::wireName);
  }

  /** Which names a credential of this kind can carry. */
  private static Predicate<Scope> usable(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(var credential, var _) ->
          switch (credential.kind()) {
            case SESSION, API_TOKEN -> _ -> true;
            case OAUTH_TOKEN -> scope -> Catalogue.OAUTH_SCOPES.contains(scope.name());
          };
      case Bearer.OfApplication _ -> scope -> scope.group() == ScopeGroup.APPLICATION;
      case Bearer.OfDevice _ -> scope -> Catalogue.DEVICE_SCOPES.contains(scope.name());
      case Bearer.OfTenant _, Bearer.Anonymous _ -> _ -> false;
    };
  }
}
