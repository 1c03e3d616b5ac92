package io.claviger.server.transfer;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.access.Access;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;

/**
 * Both ends of a transfer, each decided by the rules: who moves something is an administrator where
 * it comes from and where it goes (ORG-16).
 *
 * @param from the call as one at the owner that gives
 * @param to the call as one at the owner that gets
 */
record TransferEnds(Call from, Call to) {
  /**
   * Decides about both ends.
   *
   * @param call that may be made, confirmed inside the write
   * @throws ApiException 404 for an end that is not seen, 403 where the role is too low or the
   *     organization is closed
   */
  static TransferEnds of(Access access, Call call) {
    Owner from = call.owner().orElseGet(() -> new Owner.Sandbox(call.user()));
    return new TransferEnds(at(access, call, from), at(access, call, destination(call)));
  }

  private static Owner destination(Call call) {
    String id = ObjectId.normalise(call.body().get("destinationId").stringValue());
    return call.body().get("destinationType").stringValue().equals("user")
        ? new Owner.Sandbox(new UserId(id))
        : new Owner.Organization(new OrganizationId(id));
  }

  /**
   * The action of the request with the role that an end needs. The own sandbox is part of the own
   * account in the catalogue, where roles play no part; a token that may not administer it must not
   * empty or fill it either.
   */
  private static Call at(Access access, Call call, Owner owner) {
    Question asked = call.question();
    Question question =
        new Question(
            asked.bearer(),
            asked.action().needing(Role.ADMIN),
            access.places().ofOwner(asked.bearer(), owner),
            asked.address(),
            asked.now());
    return switch (access.ask(question).decision()) {
      case Decision.Allowed allowed ->
          new Call(
              call.request(),
              new Question(
                  asked.bearer(), asked.action(), question.place(), asked.address(), asked.now()),
              allowed,
              call.body(),
              call.confirmation());
      case Decision.Denied(Denial reason) -> throw refusal(reason, owner);
    };
  }

  private static ApiException refusal(Denial reason, Owner owner) {
    return reason instanceof Denial.Unseen && owner instanceof Owner.Sandbox
        ? ApiException.notFound("Sandbox")
        : Refusals.of(reason);
  }

  Owner source() {
    return from.owner().orElseThrow();
  }

  Owner destination() {
    return to.owner().orElseThrow();
  }
}
