package io.claviger.server.organization;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;
import io.claviger.server.access.Access;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Call;
import java.util.Optional;

/**
 * Asks the question of a call once more inside the write that it leads to. Between the decision and
 * the write another one may have ended the organization, the membership or the role; what an
 * administrator does takes place while he is one.
 */
final class StillAllowed {
  private final Access access;

  StillAllowed(Access access) {
    this.access = access;
  }

  /**
   * Refuses what would be refused if it were asked now.
   *
   * @throws io.claviger.server.http.ApiException as the decision has it
   */
  void require(Call call) {
    Question question = call.question();
    Optional<UserId> member =
        question.place() instanceof Place.OfOwner place ? place.member() : Optional.empty();
    Place place =
        access
            .places()
            .find(
                question.bearer(),
                Places.Named.ofOrganization(call.organization().text(), member.map(Id::text)));
    Question again =
        new Question(
            question.bearer(), question.action(), place, question.address(), question.now());
    if (access.ask(again).decision() instanceof Decision.Denied(var reason)) {
      throw Refusals.of(reason);
    }
  }
}
