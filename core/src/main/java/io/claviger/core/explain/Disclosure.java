package io.claviger.core.explain;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.role.Standing;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How much of an explanation is told to whom. What somebody does not see is explained to him like
 * something that is not there (ERR-5): otherwise an explanation would be a way to find out.
 */
public final class Disclosure {
  /** Layers that say nothing about whether a place is seen. */
  private static final Set<Layer> BESIDE_SIGHT =
      EnumSet.of(
          Layer.CREDENTIAL,
          Layer.ADDRESS,
          Layer.ACCOUNT,
          Layer.CREDENTIAL_KIND,
          Layer.SCOPE,
          Layer.ORGANIZATION);

  private static final Set<Layer> BESIDE_SIGHT_OF_OWNER =
      EnumSet.of(Layer.CAP, Layer.CAP_OVERRIDE, Layer.SECOND_FACTOR);

  static {
    BESIDE_SIGHT_OF_OWNER.addAll(BESIDE_SIGHT);
  }

  private static final Set<Layer> OF_CREDENTIAL =
      EnumSet.of(Layer.CREDENTIAL, Layer.ADDRESS, Layer.SPONSOR);

  private static final Set<Layer> OF_CREDENTIAL_OR_NOWHERE =
      EnumSet.of(Layer.CREDENTIAL, Layer.ADDRESS, Layer.SPONSOR, Layer.RESOURCE);

  private Disclosure() {}

  /**
   * What is missing at the place for the bearer of that question, scope and state left aside; empty
   * when he sees it.
   */
  public static Optional<String> unseen(Subject subject) {
    return unseen(subject, BESIDE_SIGHT);
  }

  /** The same for the user behind the bearer, with all that was granted to him. */
  public static Optional<String> unseenByOwner(Subject subject) {
    return unseen(subject, BESIDE_SIGHT_OF_OWNER);
  }

  private static Optional<String> unseen(Subject subject, Set<Layer> aside) {
    Decision decision = Authorizer.decide(Explainer.without(subject, aside));
    return decision instanceof Decision.Denied(Denial.Unseen(String kind))
            && !(subject.question().place() instanceof Place.Account)
        ? Optional.of(kind)
        : Optional.empty();
  }

  /**
   * Explains an answer.
   *
   * @param unseen what is missing for whom it is explained to; empty when he sees the place
   */
  public static Explanation explain(Subject subject, Audience audience, Optional<String> unseen) {
    Question question = subject.question();
    boolean invalid =
        Authorizer.invalid(question.bearer(), question.address(), question.now()).isPresent();
    if (audience == Audience.BEARER && invalid) {
      return toInvalid(subject);
    }
    Subject told = unseen.map(kind -> withoutPlace(question, kind)).orElse(subject);
    return Explainer.explain(told, audience != Audience.ORGANIZATION_ADMINISTRATOR);
  }

  /**
   * Who bears what is no good learns nothing of any place: not even what would be there for a good
   * credential.
   */
  private static Explanation toInvalid(Subject subject) {
    return switch (Authorizer.decide(subject.question())) {
      case Decision.Allowed _ -> Explainer.explain(subject);
      case Decision.Denied(Denial.Unseen(String kind)) ->
          Explainer.explain(withoutPlace(subject.question(), kind)).only(OF_CREDENTIAL_OR_NOWHERE);
      case Decision.Denied _ ->
          Explainer.explain(withoutPlace(subject.question(), "Resource")).only(OF_CREDENTIAL);
    };
  }

  private static Subject withoutPlace(Question question, String kind) {
    return new Subject(
        new Question(
            question.bearer(),
            question.action(),
            new Place.Absent(kind),
            question.address(),
            question.now()),
        new Standing.Stranger());
  }
}
