package io.claviger.server.account;

import io.claviger.core.decide.Bearer;
import io.claviger.core.id.SessionId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.session.UserSessionRow;
import io.claviger.store.session.UserSessionStore;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import tools.jackson.databind.JsonNode;

/**
 * Logging in with a password and a second factor, and going on with a session (USR-1 to USR-5,
 * USR-16).
 */
final class Login {
  private final Database database;
  private final UserStore users;
  private final UserSessionStore store;
  private final PasswordCheck passwords;
  private final Sessions sessions;

  Login(
      Database database,
      UserStore users,
      UserSessionStore store,
      PasswordCheck passwords,
      Sessions sessions) {
    this.database = database;
    this.users = users;
    this.store = store;
    this.passwords = passwords;
    this.sessions = sessions;
  }

  void addTo(Api api) {
    api.handle("auth.authenticateUser", this::logIn);
    api.handle("me.refreshToken", this::refresh);
  }

  private Response logIn(Call call) {
    JsonNode body = call.body();
    Sessions.Wanted wanted = sessions.wanted(body);
    UserRow checked =
        passwords
            .check(
                call.question(),
                body.get("email").stringValue(),
                body.get("password").stringValue())
            .orElseThrow(PasswordCheck::refused);
    Sessions.Begun begun =
        passwords.write(
            checked,
            PasswordCheck.Code.atLogin(body),
            (transaction, user) ->
                sessions.begin(transaction, user, wanted, call.question().action().id()));
    return Response.ok(Sessions.answer(begun));
  }

  /**
   * A new session like the one that asks, of the same lifetime from now on. Only sessions get here
   * (USR-16).
   */
  private Response refresh(Call call) {
    if (!(call.bearer() instanceof Bearer.OfUser bearer)) {
      throw ApiException.forbidden("Only a log-in session can be refreshed");
    }
    SessionId id = new SessionId(bearer.credential().id().text());
    Sessions.Begun begun =
        database.write(transaction -> {
          call.requireStillAllowed();
          UserSessionRow session = store.find(id).orElseThrow(ApiException::unauthorized);
          UserRow user = users.find(session.user()).orElseThrow(ApiException::unauthorized);
          if (user.tokenCutoff().filter(session.issuedAt()::isBefore).isPresent()) {
            throw ApiException.unauthorized();
          }
          return sessions.begin(
              transaction,
              user,
              new Sessions.Wanted(session.scope(), session.lifetime()),
              call.question().action().id());
        });
    return Response.ok(Sessions.answer(begun));
  }
}
