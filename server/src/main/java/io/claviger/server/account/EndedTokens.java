package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.UserId;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.store.Transaction;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserBelongings.NamedToken;
import java.util.Optional;

/** Ends the API tokens of an account for good, with an entry in its log for each. */
final class EndedTokens {
  private EndedTokens() {}

  static void end(
      Transaction transaction,
      UserBelongings belongings,
      Actor actor,
      String action,
      UserId owner) {
    for (NamedToken token : belongings.apiTokens(owner)) {
      transaction.record(
          new Change(
              actor,
              action,
              new Subject(SubjectType.API_TOKEN, token.id().text(), token.name()),
              Optional.empty(),
              Optional.empty(),
              Optional.of(owner.text()),
              Optional.of(
                  Changes.text(
                      Wire.object("apiToken", token.id().text()).put("name", token.name()))),
              Optional.empty()));
    }
    belongings.removeCredentials(transaction, owner);
  }
}
