package io.claviger.server.token;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.decide.Minting;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.Id;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.usage.Usages;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.Transaction;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.token.ApiTokenRow;
import io.claviger.store.token.ApiTokenStore;
import io.claviger.store.token.TokenOwner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What user tokens and application tokens have in common: everything but who may have what. */
final class ApiTokens {
  private static final String KIND = "API token";

  private final Database database;
  private final ApiTokenStore store;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final int limit;
  private final Usages usages;

  ApiTokens(
      Database database,
      ApiTokenStore store,
      Changes changes,
      ObjectIdSource ids,
      RandomGenerator random,
      int limit,
      Usages usages) {
    this.database = database;
    this.store = store;
    this.changes = changes;
    this.ids = ids;
    this.random = random;
    this.limit = limit;
    this.usages = usages;
  }

  /**
   * What is fixed when a token is made, apart from its lifetime; which parts it has depends on its
   * kind.
   */
  record Permissions(ScopeNames scope, Optional<RoleCap> cap, Optional<Ceiling> ceiling) {}

  Response list(Call call, TokenOwner owner) {
    ListRequest request =
        ListParameters.read(
            call.request().query(), ApiTokenStore.LIST, "name", SortDirection.ASCENDING);
    ListPage<ApiTokenRow> page = store.list(owner, request);
    Map<String, Use> last =
        usages.last(page.items().stream().map(token -> token.id().text()).toList());
    ObjectNode body =
        Wire.page(
            "apiTokens",
            request,
            page,
            token ->
                TokenJson.render(token, Optional.ofNullable(last.get(token.id().text())), call));
    body.put("ownerId", owner.id().text());
    body.put("ownerType", owner.type());
    return Response.ok(body);
  }

  Response get(Call call, TokenOwner owner) {
    return Response.ok(render(find(call, owner), call));
  }

  /** Where and by whom the token was used. */
  Response uses(Call call, TokenOwner owner, Id of) {
    return usages.ofCredential(call, find(call, owner).id(), of);
  }

  /** The same for a token of the application in the path. */
  Response uses(Call call, TokenOwner owner) {
    return usages.ofCredential(call, find(call, owner).id());
  }

  private ObjectNode render(ApiTokenRow token, Call call) {
    String id = token.id().text();
    return TokenJson.render(token, Optional.ofNullable(usages.last(List.of(id)).get(id)), call);
  }

  ApiTokenRow find(Call call, TokenOwner owner) {
    return store.find(owner, id(call)).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private static ApiTokenId id(Call call) {
    return call.id("apiTokenId", KIND, ApiTokenId::new);
  }

  /**
   * Makes a token; its value is in this answer and nowhere else (UAT-19).
   *
   * @param permissions what the creator may give, or the refusal; asked twice: before, so that who
   *     is refused holds up nobody who writes, and inside the write, where nothing can change
   */
  Response create(
      Call call, TokenKind kind, TokenOwner owner, Function<Call, Permissions> permissions) {
    var _ = permissions.apply(call);
    Secret secret = TokenText.issue(kind, random);
    ApiTokenRow token =
        database.write(transaction -> {
          Call now = call.confirmed();
          requireRoom(owner);
          ApiTokenRow made = draft(now, owner, permissions.apply(now), transaction.now());
          store.insert(transaction, made, secret.digest());
          transaction.record(changes.created(now, subject(made), TokenJson.render(made)));
          return made;
        });
    return Response.created(
        TokenJson.render(token, Optional.empty(), call).put("token", secret.revealOnce()));
  }

  private void requireRoom(TokenOwner owner) {
    if (store.count(owner) >= limit) {
      throw ApiException.validation("apitoken", "limit of " + limit + " is reached");
    }
  }

  private ApiTokenRow draft(Call call, TokenOwner owner, Permissions permissions, Instant now) {
    JsonNode body = call.body();
    return new ApiTokenRow(
        new ApiTokenId(ids.next()),
        owner,
        creator(call),
        body.get("name").stringValue(),
        Body.text(body, "description"),
        Body.text(body, "status")
            .map(text -> CredentialStatus.parse(text).orThrow())
            .orElse(CredentialStatus.ACTIVE),
        permissions.scope(),
        permissions.cap(),
        permissions.ceiling(),
        now,
        now,
        expiration(body, now));
  }

  private static Optional<Instant> expiration(JsonNode body, Instant now) {
    Optional<Instant> expiresAt = Body.time(body, "expirationDate");
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
      throw ApiException.validation("expirationDate", "must be in the future");
    }
    return expiresAt;
  }

  private ApiTokenRow.Creator creator(Call call) {
    Actor actor = changes.actor(call.bearer());
    String type = actor.type() == ActorType.USER ? "user" : "apiToken";
    return new ApiTokenRow.Creator(type, actor.id(), actor.name());
  }

  /** What a patch of a token is to be refused for. */
  @FunctionalInterface
  interface Revival {
    /** Refuses to have a token work again that reaches further than whoever asks for it. */
    void require(Call call, ApiTokenRow token);
  }

  /**
   * Changes a token as the function says, and logs how it was and how it is.
   *
   * @param revival asked about a token that was switched off and is to work again: for whoever has
   *     its value that is a new one
   */
  Response patch(
      Call call,
      TokenOwner owner,
      BiFunction<Call, ApiTokenRow, ApiTokenRow> patch,
      Revival revival) {
    ApiTokenRow patched =
        database.write(transaction -> {
          Call now = call.confirmed();
          ApiTokenRow before = find(call, owner);
          ApiTokenRow after = patch.apply(now, common(call.body(), before, transaction.now()));
          if (before.status() == CredentialStatus.INACTIVE
              && after.status() == CredentialStatus.ACTIVE) {
            revival.require(now, after);
          }
          store.update(transaction, after);
          transaction.record(
              changes.updated(
                  call, subject(after), TokenJson.render(before), TokenJson.render(after)));
          return after;
        });
    return Response.ok(render(patched, call));
  }

  private static ApiTokenRow common(JsonNode body, ApiTokenRow before, Instant now) {
    return new ApiTokenRow(
        before.id(),
        before.owner(),
        before.creator(),
        Body.text(body, "name").orElse(before.name()),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        Body.text(body, "status")
            .map(text -> CredentialStatus.parse(text).orThrow())
            .orElse(before.status()),
        before.scope(),
        before.cap(),
        before.ceiling(),
        before.createdAt(),
        now,
        before.expiresAt());
  }

  Response delete(Call call, TokenOwner owner) {
    database.run(transaction -> {
      call.requireStillAllowed();
      ApiTokenRow token = find(call, owner);
      delete(transaction, call, token);
    });
    return Api.success();
  }

  private void delete(Transaction transaction, Call call, ApiTokenRow token) {
    store.delete(transaction, token.id());
    transaction.record(changes.deleted(call, subject(token), TokenJson.render(token)));
  }

  static Subject subject(ApiTokenRow token) {
    return new Subject(SubjectType.API_TOKEN, token.id().text(), token.name());
  }

  /** The wanted scope, or the error that names the entry. */
  static ScopeNames scope(Parsed<ScopeNames> parsed) {
    return switch (parsed) {
      case Parsed.Ok<ScopeNames>(ScopeNames scope) -> scope;
      case Parsed.Rejected<ScopeNames>(String reason) ->
          throw ApiException.validation(
              reason.startsWith("[") ? "scope" + reason.substring(0, reason.indexOf(' ')) : "scope",
              reason.startsWith("[") ? reason.substring(reason.indexOf(' ') + 1) : reason);
    };
  }

  /** 403 when the new token would reach further than its creator (law of attenuation). */
  static void refuse(Optional<Minting.Excess> excess) {
    excess.ifPresent(reason -> {
      throw ApiException.forbidden(reason.field() + " " + reason.message());
    });
  }
}
