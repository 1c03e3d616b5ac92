package io.claviger.server.decision;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.scope.Action;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.PlaceParameters;
import io.claviger.server.access.Places;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
      if (!needed.contains(name) && !(name.equals(OWNER) && PlaceParameters.makesInOwner(action))) {
        throw ApiException.validation("resource." + name, "is no part of " + action.id());
      }
    }
    Optional<OrganizationId> owner =
        PlaceParameters.makesInOwner(action)
            ? Body.text(resource, OWNER).map(ObjectId::normalise).map(OrganizationId::new)
            : Optional.empty();
    return new Deed(
        action,
        parameters.named(
            name -> resource.get(name).stringValue(), Optional::empty, Optional::empty),
        owner);
  }

  /** What a request named that was refused; an id that can be of nothing is not among them. */
  static Deed refused(Action action, Map<String, String> ids) {
    return new Deed(
        action,
        PlaceParameters.of(action)
            .named(name -> ids.getOrDefault(name, ""), Optional::empty, Optional::empty),
        Optional.ofNullable(ids.get(OWNER))
            .filter(_ -> PlaceParameters.makesInOwner(action))
            .map(OrganizationId::new));
  }

  /** Asks what a request would be asked, in the same order. */
  Decision ask(Places places, Bearer bearer, Optional<IpAddress> address, Instant now) {
    return answer(questions(places, bearer, address, now));
  }

  /** What is answered to questions that are put one after the other. */
  static Decision answer(List<Question> questions) {
    Decision first = Authorizer.decide(questions.getFirst());
    return first.allowed() && questions.size() > 1 ? Authorizer.decide(questions.getLast()) : first;
  }

  /** What a request would be asked, one after the other; each must be answered with yes. */
  List<Question> questions(Places places, Bearer bearer, Optional<IpAddress> address, Instant now) {
    Question first = new Question(bearer, action, places.find(bearer, named), address, now);
    return PlaceParameters.makesInOwner(action)
        ? List.of(first, new Question(bearer, action, ownerPlace(places, bearer), address, now))
        : List.of(first);
  }

  private Place ownerPlace(Places places, Bearer bearer) {
    if (owner.isPresent()) {
      return places.find(bearer, Places.Named.ofOrganization(owner.get().text(), Optional.empty()));
    }
    return Bearers.userOf(bearer)
        .map(user -> places.ofOwner(bearer, new Owner.Sandbox(user)))
        .orElse(new Place.Absent("Organization"));
  }
}
