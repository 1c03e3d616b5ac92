package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.store.user.UserRow;
import java.util.Optional;

/** What the change log says of a changed account. */
final class AccountChanges {
  private AccountChanges() {}

  /** By whoever makes a call. */
  static Change of(Changes changes, Call call, UserRow before, UserRow after) {
    return changes.updated(
        call, AccountJson.subject(after), AccountJson.render(before), AccountJson.render(after));
  }

  /** By somebody else, outside of every organization; it is in the log of the account. */
  static Change of(Actor actor, String action, UserRow before, UserRow after) {
    return new Change(
        actor,
        action,
        AccountJson.subject(after),
        Optional.empty(),
        Optional.empty(),
        Optional.of(after.id().text()),
        Optional.of(Changes.text(AccountJson.render(before))),
        Optional.of(Changes.text(AccountJson.render(after))));
  }
}
