package io.claviger.server.application;

import io.claviger.core.Parsed;
import io.claviger.core.decide.Bearer;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Owner;
import io.claviger.server.access.Bearers;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.store.ListPage;
import io.claviger.store.application.Viewer;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** For whom a list is drawn, and over which owners. */
public final class ListScope {
  private ListScope() {}

  /**
   * Whose roles decide what is listed: those of a user, or those that an application token was made
   * with.
   *
   * @throws ApiException 403 for a device
   */
  public static Viewer viewer(Call call) {
    return switch (call.bearer()) {
      case Bearer.OfUser(var credential, var _) ->
          new Viewer.OfUser(
              credential.user(), credential.cap(), Bearers.hasSecondFactor(call.bearer()));
      case Bearer.OfApplication(var token, var _) ->
          new Viewer.OfApplication(
              call.owner().orElseThrow(), token.application(), token.ceiling());
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ ->
          throw ApiException.forbidden("Only a user or an application can do this");
    };
  }

  /**
   * The user whose roles decide what is listed.
   *
   * @throws ApiException 403 when the bearer is no user
   */
  public static Viewer.OfUser user(Call call) {
    if (call.bearer() instanceof Bearer.OfUser(var credential, var _)) {
      return new Viewer.OfUser(
          credential.user(), credential.cap(), Bearers.hasSecondFactor(call.bearer()));
    }
    throw ApiException.forbidden("Only a user can do this");
  }

  /**
   * The owner that {@code orgId} in the query names: blank is the sandbox, absence is all (APP-2).
   *
   * @throws ApiException 400 for what is no id
   */
  public static Optional<Owner> owner(Call call, Viewer.OfUser viewer) {
    return id(call, "orgId")
        .map(text ->
            text.isEmpty()
                ? new Owner.Sandbox(viewer.user())
                : new Owner.Organization(new OrganizationId(text)));
  }

  /**
   * A parameter of the query that is an id or blank.
   *
   * @throws ApiException 400 for anything else
   */
  public static Optional<String> id(Call call, String parameter) {
    Optional<String> text = call.request().query().text(parameter);
    if (text.isPresent() && !text.get().isEmpty() && !ObjectId.isValid(text.get())) {
      throw ApiException.validation(parameter, "must be empty or 24 hexadecimal digits");
    }
    return text.map(given -> given.isEmpty() ? given : ObjectId.normalise(given));
  }

  /** Says in the answer what was asked for (WIR-10). */
  public static void echo(ObjectNode list, Call call, String parameter) {
    id(call, parameter).ifPresent(text -> list.put(parameter, text));
  }

  /**
   * The page.
   *
   * @throws ApiException 400 when it would be too long
   */
  public static <T> ListPage<T> page(Parsed<ListPage<T>> page) {
    return switch (page) {
      case Parsed.Ok<ListPage<T>>(ListPage<T> found) -> found;
      case Parsed.Rejected<ListPage<T>>(String reason) ->
          throw ApiException.validation("perPage", reason);
    };
  }
}
