package io.claviger.server.api;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.server.access.Bearers;
import io.claviger.server.http.Json;
import io.claviger.store.facts.ActorNames;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Makes the entries of the change log: who did what to what, and how it looked before and after.
 */
public final class Changes {
  private final ActorNames names;

  public Changes(ActorNames names) {
    this.names = names;
  }

  /** Something was made; {@code after} without secrets. */
  public Change created(Call call, Subject subject, JsonNode after) {
    return change(call, subject, Optional.empty(), Optional.of(after));
  }

  /** Something was changed; both without secrets. */
  public Change updated(Call call, Subject subject, JsonNode before, JsonNode after) {
    return change(call, subject, Optional.of(before), Optional.of(after));
  }

  /** Something was deleted; {@code before} without secrets. */
  public Change deleted(Call call, Subject subject, JsonNode before) {
    return change(call, subject, Optional.of(before), Optional.empty());
  }

  private Change change(
      Call call, Subject subject, Optional<JsonNode> before, Optional<JsonNode> after) {
    return new Change(
        actor(call.bearer()),
        call.question().action().id(),
        subject,
        call.owningOrganization().map(OrganizationId::text),
        application(call.place()).map(ApplicationId::text),
        account(call).map(UserId::text),
        before.map(Changes::text),
        after.map(Changes::text));
  }

  /** Whose own log it belongs in (AUD-8): that of the sandbox, or of whoever acts on an account. */
  private static Optional<UserId> account(Call call) {
    return call.owner()
        .map(owner ->
            switch (owner) {
              case Owner.Sandbox(UserId user) -> Optional.of(user);
              case Owner.Organization _ -> Optional.<UserId>empty();
            })
        .orElseGet(() -> Bearers.userOf(call.bearer()));
  }

  /** A document as the change log keeps it. */
  public static String text(JsonNode node) {
    return new String(Json.write(node), StandardCharsets.UTF_8);
  }

  private static Optional<ApplicationId> application(Place place) {
    return switch (place) {
      case Place.OfApplication application -> Optional.of(application.id());
      case Place.OfDashboard dashboard -> dashboard.dashboard().application();
      case Place.OfOwner _, Place.Account _, Place.Absent _ -> Optional.empty();
    };
  }

  /** Who acts: the token where one is used, with the user behind it (AUD-8). */
  public Actor actor(Bearer bearer) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> Actor.system();
      case Bearer.OfUser user -> actor(user);
      case Bearer.OfTenant tenant ->
          new Actor(
              ActorType.TENANT_TOKEN,
              tenant.token().id().text(),
              names.of(tenant.token().id()),
              Optional.of(tenant.token().user().text()));
      case Bearer.OfApplication application ->
          new Actor(
              ActorType.API_TOKEN,
              application.token().id().text(),
              names.of(application.token().id()),
              Optional.empty());
      case Bearer.OfDevice device ->
          new Actor(
              ActorType.DEVICE,
              device.session().device().text(),
              names.of(device.session().device()),
              Optional.empty());
    };
  }

  private Actor actor(Bearer.OfUser bearer) {
    UserId user = bearer.credential().user();
    return switch (bearer.credential().kind()) {
      case SESSION -> Actor.user(user.text(), names.of(user));
      case API_TOKEN, OAUTH_TOKEN -> {
        String id = bearer.credential().id().text();
        yield new Actor(
            ActorType.API_TOKEN, id, names.of(new ApiTokenId(id)), Optional.of(user.text()));
      }
    };
  }
}
