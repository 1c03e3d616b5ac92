package io.claviger.server.application;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.Access.Answered;
import io.claviger.server.access.Places.Named;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import java.util.Optional;

/**
 * Decides about the owner or the application that a body names: the question of the request once
 * more, asked there. The bearer is looked up anew, so that inside a write the answer holds for that
 * write: nothing is made for an owner who has just gone, or with a credential that was just taken
 * back.
 */
public final class OwnerAccess {
  private final Access access;
  private final Catalogue catalogue;

  public OwnerAccess(Access access, Catalogue catalogue) {
    this.access = access;
    this.catalogue = catalogue;
  }

  /**
   * The call as one at the owner that {@code orgId} of its body names, or at the user's own sandbox
   * (APP-1).
   *
   * @throws ApiException 404 for an organization that is not seen, 403 when the role is too low
   */
  public Call atOwner(Call call) {
    Optional<String> organization = Body.text(call.body(), "orgId");
    return organization.isPresent()
        ? at(call, call.question().action(), organization(organization.get()))
        : atSandbox(call);
  }

  /**
   * The call as one at an application.
   *
   * @param actionId what is to be allowed there
   * @throws ApiException 404 for an application that is not seen, 403 when the role is too low
   */
  public Call atApplication(Call call, String actionId, ApplicationId application) {
    Action action = catalogue.action(actionId).orElseThrow();
    return at(call, action, application(application));
  }

  private Call at(Call call, Action asked, Named named) {
    return moved(call, access.ask(call.request(), asked, named));
  }

  private Call atSandbox(Call call) {
    Call confirmed = at(call, call.question().action(), Named.NOTHING);
    UserId user = confirmed.user();
    Question question = confirmed.question();
    Answered answered =
        access.ask(
            new Question(
                question.bearer(),
                question.action(),
                access.places().ofOwner(question.bearer(), new Owner.Sandbox(user)),
                question.address(),
                question.now()));
    if (answered.decision() instanceof Decision.Denied(Denial.Unseen _)) {
      throw ApiException.notFound("Sandbox");
    }
    return moved(confirmed, answered);
  }

  /** The action stays that of the request: so it is logged (AUD-3). */
  private static Call moved(Call call, Answered answered) {
    Decision.Allowed allowed =
        switch (answered.decision()) {
          case Decision.Denied(Denial reason) -> throw Refusals.of(reason);
          case Decision.Allowed yes -> yes;
        };
    Question asked = answered.question();
    Question question =
        new Question(
            asked.bearer(), call.question().action(), asked.place(), asked.address(), asked.now());
    return new Call(call.request(), question, allowed, call.body(), call.confirmation());
  }

  private static Named organization(String id) {
    return new Named(
        Optional.empty(), Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Named application(ApplicationId id) {
    return new Named(
        Optional.of(id.text()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
