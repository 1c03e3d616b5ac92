package io.claviger.server.account;

import io.claviger.core.secret.RecoveryCode;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code PATCH /me/generateTwoFactorAuth}, {@code enableTwoFactorAuth} and {@code
 * disableTwoFactorAuth} (USR-15).
 */
final class SecondFactorSettings {
  private static final String ISSUER = "Claviger";

  /** What the interface allows for {@code keyUri}. */
  private static final int URI_LENGTH_MAX = 1024;

  private final Database database;
  private final UserStore users;
  private final PasswordCheck passwords;
  private final SecondFactors factors;
  private final Changes changes;
  private final MeView views;
  private final AccountMail mail;

  SecondFactorSettings(
      Database database,
      UserStore users,
      PasswordCheck passwords,
      SecondFactors factors,
      Changes changes,
      MeView views,
      AccountMail mail) {
    this.database = database;
    this.users = users;
    this.passwords = passwords;
    this.factors = factors;
    this.changes = changes;
    this.views = views;
    this.mail = mail;
  }

  void addTo(Api api) {
    api.handle("me.generateTwoFactorAuth", this::generate);
    api.handle("me.enableTwoFactorAuth", this::enable);
    api.handle("me.disableTwoFactorAuth", this::disable);
  }

  private UserRow present(Call call) {
    return users.find(call.user()).orElseThrow(ApiException::unauthorized);
  }

  /** Whoever gets here may see a key; that it comes in force takes the password. */
  private Response generate(Call call) {
    ObjectNode answer =
        database.write(transaction -> {
          call.requireStillAllowed();
          UserRow user = present(call);
          String key = factors.offer(transaction, user);
          record(transaction, call, user, user);
          return Json.emptyObject().put("key", key).put("keyUri", uri(user, key));
        });
    return Response.ok(answer);
  }

  /** For authenticator apps. The address is only a label; one that is too long is left out. */
  private static String uri(UserRow user, String key) {
    String query = "?secret=" + key + "&issuer=" + ISSUER;
    String label = URLEncoder.encode(user.email(), StandardCharsets.UTF_8).replace("+", "%20");
    String uri = "otpauth://totp/" + ISSUER + ":" + label + query;
    return uri.length() <= URI_LENGTH_MAX
        ? uri
        : "otpauth://totp/" + ISSUER + ":" + user.id().text() + query;
  }

  private Response enable(Call call) {
    MeView.Wanted view = MeView.Wanted.of(call.request().query());
    JsonNode body = call.body();
    UserRow checked = passwords.checkOwn(call, present(call), body, "password");
    record Enabled(UserRow user, List<RecoveryCode.Issued> codes) {}
    Enabled enabled =
        passwords.write(
            checked,
            PasswordCheck.Code.NOT_ASKED,
            (transaction, before) -> {
              call.requireStillAllowed();
              List<RecoveryCode.Issued> codes =
                  factors.enable(
                      transaction,
                      before,
                      Body.text(body, "twoFactorAuthKey"),
                      body.get("twoFactorCode").stringValue());
              UserRow after = before.withTwoFactor(true, transaction.now());
              users.update(transaction, after);
              record(transaction, call, before, after);
              mail.notice(transaction, before, MailPurpose.SECOND_FACTOR_CHANGED);
              return new Enabled(after, codes);
            });
    mail.wake();
    ObjectNode answer = views.render(call, view, enabled.user());
    ArrayNode shown = answer.putArray("recoveryCodes");
    enabled.codes().forEach(code -> shown.add(code.text().revealOnce()));
    return Response.ok(answer);
  }

  private Response disable(Call call) {
    MeView.Wanted view = MeView.Wanted.of(call.request().query());
    JsonNode body = call.body();
    UserRow checked = passwords.checkOwn(call, present(call), body, "password");
    UserRow disabled =
        passwords.write(
            checked,
            PasswordCheck.Code.field(body, "twoFactorCode"),
            (transaction, before) -> {
              call.requireStillAllowed();
              if (!before.twoFactor()) {
                throw ApiException.badRequest("Two-factor authentication is not enabled");
              }
              factors.remove(transaction, before);
              UserRow after = before.withTwoFactor(false, transaction.now());
              users.update(transaction, after);
              record(transaction, call, before, after);
              mail.notice(transaction, before, MailPurpose.SECOND_FACTOR_CHANGED);
              return after;
            });
    mail.wake();
    return Response.ok(views.render(call, view, disabled));
  }

  private void record(Transaction transaction, Call call, UserRow before, UserRow after) {
    transaction.record(AccountChanges.of(changes, call, before, after));
  }
}
