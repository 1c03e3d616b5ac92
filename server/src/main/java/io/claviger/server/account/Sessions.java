package io.claviger.server.account;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.SessionId;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.api.Body;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.Transaction;
import io.claviger.store.session.UserSessionRow;
import io.claviger.store.session.UserSessionStore;
import io.claviger.store.user.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Begins log-in sessions. */
final class Sessions {
  /** What a log-in token may do when nothing is said (USR-2). */
  private static final ScopeNames DEFAULT_SCOPE = new ScopeNames(List.of("all.User"));

  /** How long a session lasts when nothing is said (USR-3). */
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

  private final Catalogue catalogue;
  private final UserSessionStore store;
  private final ObjectIdSource ids;
  private final RandomGenerator random;

  Sessions(
      Catalogue catalogue, UserSessionStore store, ObjectIdSource ids, RandomGenerator random) {
    this.catalogue = catalogue;
    this.store = store;
    this.ids = ids;
    this.random = random;
  }

  /**
   * What a session is to be like.
   *
   * @param lifetime zero for one without an end
   */
  record Wanted(ScopeNames scope, Duration lifetime) {}

  /**
   * What a body asks for in {@code requestedScopes} and {@code tokenTTL} (USR-2, USR-3).
   *
   * @throws ApiException 400 that names the entry which is no scope
   */
  Wanted wanted(JsonNode body) {
    return new Wanted(
        Body.texts(body, "requestedScopes").map(this::scope).orElse(DEFAULT_SCOPE), lifetime(body));
  }

  private ScopeNames scope(List<String> names) {
    return switch (catalogue.parseGrant(names, EnumSet.allOf(ScopeGroup.class))) {
      case Parsed.Ok<ScopeNames>(ScopeNames scope) -> scope;
      case Parsed.Rejected<ScopeNames>(String reason) -> {
        // The reason begins with the place of the entry, in brackets, when one entry is to blame.
        int clause = reason.startsWith("[") ? reason.indexOf(' ') : 0;
        throw ApiException.validation(
            "requestedScopes" + reason.substring(0, clause), reason.substring(clause).strip());
      }
    };
  }

  /** The lifetime that {@code tokenTTL} asks for, in seconds; 24 hours when it is absent. */
  static Duration lifetime(JsonNode body) {
    JsonNode seconds = body.path("tokenTTL");
    return seconds.isNumber()
        ? Duration.ofSeconds(seconds.decimalValue().longValueExact())
        : DEFAULT_LIFETIME;
  }

  /** A session that has begun, with the one chance to show its token. */
  record Begun(UserSessionRow session, Secret token, boolean needsToVerifyEmail) {}

  /**
   * Begins a session. It gets an entry of the change log, as the one trace of a log-in.
   *
   * @param action by which
   */
  Begun begin(Transaction transaction, UserRow user, Wanted wanted, String action) {
    Secret token = TokenText.issue(TokenKind.SESSION, random);
    UserSessionRow session =
        new UserSessionRow(
            new SessionId(ids.next()),
            user.id(),
            wanted.scope(),
            wanted.lifetime(),
            issuedAt(user, transaction.now()));
    store.insert(transaction, session, token.digest());
    transaction.record(
        new Change(
            Actor.user(user.id().text(), user.fullName()),
            action,
            new Subject(SubjectType.SESSION, session.id().text(), user.email()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Changes.text(AccountJson.render(session)))));
    return new Begun(session, token, user.needsToVerifyEmail());
  }

  /** A cutoff may lie a millisecond ahead; what begins after it was set must outlive it. */
  private static Instant issuedAt(UserRow user, Instant now) {
    return user.tokenCutoff().filter(cutoff -> cutoff.isAfter(now)).orElse(now);
  }

  /** The answer that shows the token. */
  static ObjectNode answer(Begun begun) {
    return Json.emptyObject()
        .put("userId", begun.session().user().text())
        .put("token", begun.token().revealOnce())
        .put("needsToVerifyEmail", begun.needsToVerifyEmail());
  }
}
