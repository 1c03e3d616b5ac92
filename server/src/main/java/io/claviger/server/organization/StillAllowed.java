package io.claviger.server.organization;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;
import io.claviger.server.access.Access;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Call;
import java.util.Optional;

/**
 * Asks the question of a call once more inside the write that it leads to. Between the decision and
 * the write another one may have ended the organization, the membership, the role or the
 * credential; what an administrator does takes place while he is one.
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
    Optional<UserId> member =
        call.place() instanceof Place.OfOwner place ? place.member() : Optional.empty();
    Places.Named named =
        Places.Named.ofOrganization(call.organization().text(), member.map(Id::text));
    if (access.ask(call.request(), call.question().action(), named).decision()
        instanceof Decision.Denied(var reason)) {
      throw Refusals.of(reason);
    }
  }
}
