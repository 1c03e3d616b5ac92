package io.claviger.server.account;

import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserBelongings.Membership;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /me/delete} (USR-17): an account with everything that is its own. What it made in
 * organizations stays theirs.
 */
final class DeleteAccount {
  private final UserStore users;
  private final UserBelongings belongings;
  private final PasswordCheck passwords;
  private final OwnedResources owned;
  private final Changes changes;

  DeleteAccount(
      UserStore users,
      UserBelongings belongings,
      PasswordCheck passwords,
      OwnedResources owned,
      Changes changes) {
    this.users = users;
    this.belongings = belongings;
    this.passwords = passwords;
    this.owned = owned;
    this.changes = changes;
  }

  void addTo(Api api) {
    api.handle("me.delete", this::delete);
  }

  private Response delete(Call call) {
    JsonNode body = call.body();
    UserRow user = users.find(call.user()).orElseThrow(ApiException::unauthorized);
    String email = body.get("email").stringValue();
    if (!Fold.fold(email).equals(Fold.fold(user.email()))) {
      throw ApiException.validation("email", "is not the address of the account");
    }
    UserRow checked = passwords.checkOwn(call, user, body, "password");
    passwords.write(
        checked,
        PasswordCheck.Code.field(body, "twoFactorCode"),
        (transaction, present) -> {
          call.requireStillAllowed();
          delete(transaction, call, present);
          return true;
        });
    return Api.success();
  }

  private void delete(Transaction transaction, Call call, UserRow user) {
    List<Membership> memberships = belongings.memberships(user.id());
    memberships.forEach(DeleteAccount::requireNotNeeded);
    for (Membership membership : memberships) {
      transaction.record(left(call, user, membership));
    }
    EndedTokens.end(transaction, belongings, changes, call, user.id());
    owned.removeAll(transaction, call, new Owner.Sandbox(user.id()));
    transaction.record(changes.deleted(call, AccountJson.subject(user), AccountJson.render(user)));
    users.delete(transaction, user.id());
  }

  /** An organization always has an administrator (ORG-4). */
  private static void requireNotNeeded(Membership membership) {
    if (membership.members() == 1) {
      throw ApiException.badRequest(
          "You are the only member of the organization "
              + membership.name()
              + ": delete the organization first");
    }
    if (membership.role() == Role.ADMIN && membership.administrators() == 1) {
      throw ApiException.badRequest(
          "You are the last administrator of the organization "
              + membership.name()
              + ": make another member an administrator first");
    }
  }

  private Change left(Call call, UserRow user, Membership membership) {
    return new Change(
        changes.actor(call.bearer()),
        call.question().action().id(),
        new Subject(SubjectType.MEMBER, user.id().text(), user.fullName()),
        Optional.of(membership.organization().text()),
        Optional.empty(),
        Optional.of(
            Changes.text(
                Wire.object("user", user.id().text()).put("role", membership.role().wireName()))),
        Optional.empty());
  }
}
