package io.claviger.server.tenant;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Minting;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TenantTokenText;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.facts.ActorNames;
import io.claviger.store.tenant.TenantTokenRow;
import io.claviger.store.tenant.TenantTokenStore;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /orgs/{orgId}/personalAccessTokens} (LUC-1 to LUC-14): made, listed and taken back by
 * administrators; never edited, never deleted.
 */
public final class PersonalAccessTokens {
  private static final String KIND = "Personal access token";

  /** LUC-5; code points, without blanks around them. */
  private static final int NAME_LENGTH_MIN = 8;

  private final Database database;
  private final TenantTokenStore store;
  private final ActorNames names;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final int limit;

  /**
   * The tokens of organizations.
   *
   * @param random for their values
   * @param limit how many of an organization may work at a time (LUC-6)
   */
  public PersonalAccessTokens(
      Database database,
      ActorNames names,
      Changes changes,
      ObjectIdSource ids,
      RandomGenerator random,
      int limit) {
    this.database = database;
    this.store = new TenantTokenStore(database);
    this.names = names;
    this.changes = changes;
    this.ids = ids;
    this.random = random;
    this.limit = limit;
  }

  /** Adds the actions of {@code orgPersonalAccessToken(s)}. */
  public void addTo(Api api) {
    api.handle("orgPersonalAccessTokens.get", this::list);
    api.handle("orgPersonalAccessTokens.post", this::create);
    api.handle("orgPersonalAccessToken.revoke", this::revoke);
  }

  private Response list(Call call) {
    ListRequest request =
        ListParameters.read(
            call.request().query(), TenantTokenStore.LIST, "creationDate", SortDirection.ASCENDING);
    ListPage<TenantTokenRow> page = store.list(call.organization(), request);
    return Response.ok(
        Wire.page(
            "personalAccessTokens", request, page, token -> render(token, call.question().now())));
  }

  /** Makes a token; its value is in this answer and nowhere else. */
  private Response create(Call call) {
    String name = name(call.body());
    Set<TenantScope> scopes = scopes(call.body());
    requireMintable(call);
    Secret secret = TenantTokenText.issue(call.organization(), random);
    TenantTokenRow made =
        database.write(transaction -> {
          Call now = call.confirmed();
          requireMintable(now);
          requireRoom(now, transaction.now());
          TenantTokenRow row = draft(now, name, scopes, transaction.now());
          store.insert(transaction, row, secret.digest());
          transaction.record(changes.created(now, subject(row), render(row, transaction.now())));
          return row;
        });
    return Response.created(render(made, call.question().now()).put("token", secret.revealOnce()));
  }

  private static String name(JsonNode body) {
    String name = body.get("name").stringValue().strip();
    if (name.codePointCount(0, name.length()) < NAME_LENGTH_MIN) {
      throw ApiException.validation(
          "name", "must have at least " + NAME_LENGTH_MIN + " characters without blanks around");
    }
    return name;
  }

  private static Set<TenantScope> scopes(JsonNode body) {
    Set<TenantScope> scopes = EnumSet.noneOf(TenantScope.class);
    for (String text : Body.texts(body, "scopes").orElse(List.of())) {
      scopes.add(TenantScope.parse(text).orThrow());
    }
    return scopes;
  }

  /** Law of attenuation: what is held down in any way makes no token that is not. */
  private static void requireMintable(Call call) {
    Minting.tenantToken(maker(call), Body.time(call.body(), "expirationDate"))
        .ifPresent(excess -> {
          throw ApiException.forbidden(
              switch (excess) {
                case Minting.Excess.Cap _ ->
                    "Only a log-in session or a token without a role cap can make such tokens";
                case Minting.Excess.Scope _, Minting.Excess.Lifetime _ ->
                    excess.field() + " " + excess.message();
              });
        });
  }

  private static UserCredential maker(Call call) {
    if (call.bearer() instanceof Bearer.OfUser(UserCredential credential, var _)) {
      return credential;
    }
    throw ApiException.forbidden("Only a user can make such tokens");
  }

  private void requireRoom(Call call, Instant now) {
    if (store.countUsable(call.organization(), now) >= limit) {
      throw ApiException.validation("personalAccessToken", "limit of " + limit + " is reached");
    }
  }

  private TenantTokenRow draft(Call call, String name, Set<TenantScope> scopes, Instant now) {
    Optional<Instant> expiresAt = Body.time(call.body(), "expirationDate");
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
      throw ApiException.validation("expirationDate", "must be in the future");
    }
    long tenure =
        store
            .tenure(call.organization(), call.user())
            .orElseThrow(() -> ApiException.notFound("Organization"));
    TenantToken token =
        new TenantToken(
            new TenantTokenId(ids.next()),
            call.organization(),
            call.user(),
            tenure,
            new Validity(CredentialStatus.ACTIVE, expiresAt),
            scopes);
    return new TenantTokenRow(
        token, name, names.of(call.user()), now, Optional.empty(), true, Optional.empty());
  }

  /** For good, and at once (LUC-8). Who does it twice has it done. */
  private Response revoke(Call call) {
    TenantTokenId id = call.id("personalAccessTokenId", KIND, TenantTokenId::new);
    TenantTokenRow revoked =
        database.write(transaction -> {
          call.requireStillAllowed();
          TenantTokenRow before = find(call, id);
          if (before.revokedAt().isPresent()) {
            return before;
          }
          store.revoke(transaction, id);
          TenantTokenRow after = find(call, id);
          transaction.record(
              changes.updated(
                  call,
                  subject(after),
                  render(before, transaction.now()),
                  render(after, transaction.now())));
          return after;
        });
    return Response.ok(render(revoked, call.question().now()));
  }

  private TenantTokenRow find(Call call, TenantTokenId id) {
    return store.find(call.organization(), id).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private static Subject subject(TenantTokenRow row) {
    return new Subject(SubjectType.TENANT_TOKEN, row.token().id().text(), row.name());
  }

  private static ObjectNode render(TenantTokenRow row, Instant now) {
    TenantToken token = row.token();
    ObjectNode object = Wire.object("personalAccessToken", token.id().text());
    object.put("orgId", token.organization().text());
    object.put("name", row.name());
    object.put("creatorId", token.user().text());
    object.put("creatorName", row.creator());
    object.put("creationDate", Wire.time(row.createdAt()));
    Wire.putTime(object, "expirationDate", token.validity().expiresAt());
    var scopes = object.putArray("scopes");
    token.scopes().stream().sorted().map(TenantScope::wireName).forEach(scopes::add);
    object.put("type", type(token.scopes()));
    object.put(
        "state",
        switch (row.state(now)) {
          case ACTIVE -> "active";
          case EXPIRED -> "expired";
          case REVOKED -> "revoked";
        });
    if (row.revokedAt().isEmpty() && !row.standing()) {
      object.put("stateReason", "creatorIsNoAdministrator");
    }
    Wire.putTime(object, "revokedDate", row.revokedAt());
    Wire.putTime(object, "lastUsed", row.usedAt());
    return object;
  }

  /** What people call the scopes (LUC-9): bulk is shown as both. */
  private static String type(Set<TenantScope> scopes) {
    if (scopes.contains(TenantScope.BULK)
        || scopes.containsAll(Set.of(TenantScope.READ, TenantScope.WRITE))) {
      return "Read and write";
    }
    return scopes.contains(TenantScope.WRITE) ? "Write" : "Read";
  }
}
