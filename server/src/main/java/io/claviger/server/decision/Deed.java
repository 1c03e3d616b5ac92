package io.claviger.server.decision;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;
import io.claviger.server.access.Access;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.PlaceParameters;
import io.claviger.server.access.Places;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An action together with what it is done to.
 *
 * @param named what the path of a request would name
 * @param owner in which organization something is to be made; empty for the own sandbox and for
 *     every action that makes nothing in an owner
 */
record Deed(Action action, Places.Named named, Optional<OrganizationId> owner) {
  private static final String OWNER = "orgId";

  /**
   * Reads the resource of a body, which must name what the path of the action names and nothing
   * else: an id that plays no part would make the answer say more than it does.
   *
   * @throws ApiException 400 that names the field
   */
  static Deed read(Action action, JsonNode resource) {
    PlaceParameters parameters = PlaceParameters.of(action);
    List<String> needed = parameters.inPath();
    for (String name : needed) {
      if (!resource.has(name)) {
        throw ApiException.validation("resource." + name, "is required for " + action.id());
      }
    }
    for (String name : resource.propertyNames()) {
      if (!needed.contains(name) && !(name.equals(OWNER) && makesInOwner(action))) {
        throw ApiException.validation("resource." + name, "is no part of " + action.id());
      }
    }
    Optional<OrganizationId> owner =
        makesInOwner(action)
            ? Body.text(resource, OWNER).map(ObjectId::normalise).map(OrganizationId::new)
            : Optional.empty();
    return new Deed(
        action,
        parameters.named(
            name -> resource.get(name).stringValue(), Optional::empty, Optional::empty),
        owner);
  }

  /** Actions without a place in the path whose role is asked at the owner that the body names. */
  private static boolean makesInOwner(Action action) {
    return action.context() == ActionContext.COLLECTION
        && action.minRole().map(role -> role.atLeast(Role.VIEW)).orElse(false);
  }

  /** Asks what a request would be asked, in the same order. */
  Decision ask(Access access, Bearer bearer, Optional<IpAddress> address, Instant now) {
    Place place = access.places().find(bearer, named);
    Decision decision = access.ask(new Question(bearer, action, place, address, now)).decision();
    if (!decision.allowed() || !makesInOwner(action)) {
      return decision;
    }
    return access
        .ask(new Question(bearer, action, ownerPlace(access, bearer), address, now))
        .decision();
  }

  private Place ownerPlace(Access access, Bearer bearer) {
    if (owner.isPresent()) {
      return access
          .places()
          .find(bearer, Places.Named.ofOrganization(owner.get().text(), Optional.empty()));
    }
    return Bearers.userOf(bearer)
        .map(user -> access.places().ofOwner(bearer, new Owner.Sandbox(user)))
        .orElse(new Place.Absent("Organization"));
  }
}
