package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.UserId;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.store.Transaction;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserBelongings.NamedToken;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Ends the API tokens of an account for good, with an entry in the change log for each. */
final class EndedTokens {
  private EndedTokens() {}

  /** By whoever makes a call. */
  static void end(
      Transaction transaction,
      UserBelongings belongings,
      Changes changes,
      Call call,
      UserId owner) {
    end(
        transaction,
        belongings,
        owner,
        token -> changes.deleted(call, subject(token), render(token)));
  }

  /** By somebody else, outside of every organization; it is in the log of the account. */
  static void end(
      Transaction transaction,
      UserBelongings belongings,
      Actor actor,
      String action,
      UserId owner) {
    end(
        transaction,
        belongings,
        owner,
        token ->
            new Change(
                actor,
                action,
                subject(token),
                Optional.empty(),
                Optional.empty(),
                Optional.of(owner.text()),
                Optional.of(Changes.text(render(token))),
                Optional.empty()));
  }

  private static void end(
      Transaction transaction,
      UserBelongings belongings,
      UserId owner,
      Function<NamedToken, Change> ended) {
    for (NamedToken token : belongings.apiTokens(owner)) {
      transaction.record(ended.apply(token));
    }
    belongings.removeCredentials(transaction, owner);
  }

  private static Subject subject(NamedToken token) {
    return new Subject(SubjectType.API_TOKEN, token.id().text(), token.name());
  }

  private static ObjectNode render(NamedToken token) {
    return Wire.object("apiToken", token.id().text()).put("name", token.name());
  }
}
