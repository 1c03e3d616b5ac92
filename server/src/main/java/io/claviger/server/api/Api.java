package io.claviger.server.api;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Question;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.Access.Answered;
import io.claviger.server.access.Challenges;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.access.PlaceParameters;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.access.Refused;
import io.claviger.server.contract.Contract;
import io.claviger.server.contract.FieldError;
import io.claviger.server.contract.Operation;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Handler;
import io.claviger.server.http.Json;
import io.claviger.server.http.Method;
import io.claviger.server.http.QueryValue;
import io.claviger.server.http.Request;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.claviger.store.StoreOrphan;
import io.claviger.store.StoreTimeout;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.state.TooMuchData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Every action of the catalogue as a route. Whatever the action: first the decision, then the body
 * against the API document, then the use case (ERR-6). An action that is not built answers 501, and
 * only to those who may do it.
 */
public final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final Catalogue catalogue;
  private final Access access;
  private final Contract contract;
  private final CredentialUse use;
  private final Challenges challenges;
  private final Map<String, ActionHandler> handlers = new HashMap<>();
  private final Map<String, Operation.Body> bodies;

  public Api(Catalogue catalogue, Access access, Contract contract, CredentialUse use) {
    this.catalogue = catalogue;
    this.access = access;
    this.contract = contract;
    this.use = use;
    this.challenges = new Challenges(catalogue);
    this.bodies =
        contract.operations().stream()
            .collect(Collectors.toUnmodifiableMap(Operation::id, Operation::body));
  }

  /**
   * Says what does an action.
   *
   * @throws IllegalArgumentException when the catalogue or the API document has no such action, or
   *     it was given before
   */
  public void handle(String actionId, ActionHandler handler) {
    if (catalogue.action(actionId).isEmpty() || !bodies.containsKey(actionId)) {
      throw new IllegalArgumentException(actionId + " is not in catalogue and API document");
    }
    if (handlers.putIfAbsent(actionId, handler) != null) {
      throw new IllegalArgumentException(actionId + " is handled twice");
    }
  }

  /** The actions that are built. */
  public List<String> built() {
    return handlers.keySet().stream().sorted().toList();
  }

  /** One route for each action. */
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (Action action : catalogue.actions()) {
      routes.add(
          new Route(
              Method.valueOf(action.method()),
              action.path(),
              action.id(),
              handler(action, handlers.get(action.id()))));
    }
    return routes;
  }

  private Handler handler(Action action, @Nullable ActionHandler handler) {
    PlaceParameters parameters = PlaceParameters.of(action);
    return request -> {
      try {
        return answer(action, handler, parameters, request);
      } catch (StoreUnavailable e) {
        // The client is told to try again; that a disk is full is for who can mend it.
        LOG.warn("the database does not answer", e);
        throw ApiException.unavailable("The database does not answer, try again");
      } catch (TooMuchData e) {
        throw ApiException.badRequest("There is " + e.getMessage() + ", ask for less at a time");
      } catch (StoreTimeout _) {
        throw ApiException.tooSlow();
      } catch (StoreOrphan _) {
        // What the path names was deleted between the decision and the write.
        throw ApiException.notFound(parameters.application() ? "Application" : "Resource");
      }
    };
  }

  private Response answer(
      Action action, @Nullable ActionHandler handler, PlaceParameters parameters, Request request) {
    Places.Named named =
        parameters.named(request::parameter, () -> password(request), () -> member(request));
    Answered answered = access.ask(request, action, named);
    Question question = answered.question();
    try {
      Decision.Allowed allowed =
          switch (answered.decision()) {
            case Decision.Denied(var reason) -> throw Refusals.of(reason);
            case Decision.Allowed yes -> yes;
          };
      if (handler == null) {
        throw ApiException.notImplemented();
      }
      Response response =
          handler.handle(
              new Call(request, question, allowed, body(action, request), this::confirmed));
      use.note(question, request);
      return response;
    } catch (Refused refused) {
      use.refuse(question, refused, request);
      throw challenges.with(refused, question, request);
    } catch (ApiException e) {
      // The credential was good for it, whatever else was wrong.
      use.note(question, request);
      throw e;
    }
  }

  /** Without the password of a dashboard: it lets nobody write, and a write is no place to hash. */
  private Call confirmed(Call call) {
    Request request = call.request();
    Action action = call.question().action();
    Places.Named named =
        PlaceParameters.of(action)
            .named(request::parameter, Optional::empty, () -> member(request));
    Answered answered = access.ask(request, action, named);
    return switch (answered.decision()) {
      case Decision.Denied(var reason) -> throw Refusals.of(reason);
      case Decision.Allowed allowed ->
          sameOwner(
              call,
              new Call(request, answered.question(), allowed, call.body(), call.confirmation()));
    };
  }

  /** What was begun under one owner is not done, counted and logged under another (ORG-16). */
  private static Call sameOwner(Call before, Call now) {
    if (!before.owner().equals(now.owner())) {
      throw ApiException.conflict("It was given to another owner meanwhile; try again");
    }
    return now;
  }

  private JsonNode body(Action action, Request request) {
    if (bodies.getOrDefault(action.id(), Operation.Body.NONE) == Operation.Body.NONE) {
      return MissingNode.getInstance();
    }
    JsonNode body = request.json();
    List<FieldError> errors = contract.validateBody(action.id(), body);
    if (!errors.isEmpty()) {
      throw ApiException.validation(errors.getFirst().field(), errors.getFirst().message());
    }
    return body;
  }

  /** Anything but one text names nobody; that it is wrong is said after the decision (ERR-6). */
  private static Optional<String> member(Request request) {
    return request
        .query()
        .value("userId")
        .flatMap(value ->
            value instanceof QueryValue.Text(String text) ? Optional.of(text) : Optional.empty());
  }

  private Optional<Places.GivenPassword> password(Request request) {
    return request
        .query()
        .text("password")
        .map(text -> new Places.GivenPassword(text, access.address(request)));
  }

  /** 200 {@code {"success":true}} (WIR-16). */
  public static Response success() {
    return Response.ok(Json.emptyObject().put("success", true));
  }
}
