package io.claviger.core.explain;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Standing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Explains answers of the {@link Authorizer}. A layer refuses when the answer would be no even if
 * every other layer let everything through; it is the authorizer itself that is asked, so that an
 * explanation cannot disagree with what is enforced.
 */
public final class Explainer {
  private Explainer() {}

  /** Explains one answer. */
  public static Explanation explain(Subject subject) {
    return explain(subject, true);
  }

  /**
   * Explains one answer.
   *
   * @param withScope whether the scope of the credential is told, beyond what the action needs
   */
  static Explanation explain(Subject subject, boolean withScope) {
    Question question = subject.question();
    Decision decision = Authorizer.decide(question);
    Set<Layer> concerned = concerned(subject);
    Set<Layer> candidates = decision.allowed() ? Set.of() : refusing(subject, concerned);
    Set<Layer> refusing = smallest(subject, candidates);
    var wording = new Wording(subject, withScope);
    List<Finding> findings = new ArrayList<>();
    List<Remedy> remedies = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      Outcome outcome =
          !concerned.contains(layer) || (candidates.contains(layer) && !refusing.contains(layer))
              ? Outcome.NOT_APPLICABLE
              : refusing.contains(layer) ? Outcome.REFUSED : Outcome.PASSED;
      findings.add(new Finding(layer, outcome, wording.detail(layer, outcome)));
      if (outcome == Outcome.REFUSED) {
        remedies.add(wording.remedy(layer));
      }
    }
    return new Explanation(decision, findings, remedies);
  }

  /** The question as it would be if these layers let everything through. */
  public static Question without(Subject subject, Set<Layer> layers) {
    return Ideals.of(subject, layers);
  }

  /** Layers of which each alone would refuse. */
  static Set<Layer> refusing(Subject subject, Set<Layer> concerned) {
    if (subject.question().bearer() instanceof Bearer.Anonymous) {
      return EnumSet.of(Layer.CREDENTIAL);
    }
    Set<Layer> refusing = EnumSet.noneOf(Layer.class);
    for (Layer layer : concerned) {
      Set<Layer> others = EnumSet.copyOf(concerned);
      others.remove(layer);
      if (!Authorizer.decide(Ideals.of(subject, others)).allowed()) {
        refusing.add(layer);
      }
    }
    // One layer that lets everything through may lead elsewhere, where another refuses that would
    // not have been asked: what the rest can do without is not to blame.
    for (Layer layer : refusing.isEmpty() ? refusing : EnumSet.copyOf(refusing)) {
      Set<Layer> others = EnumSet.copyOf(refusing);
      others.remove(layer);
      if (!others.isEmpty() && Authorizer.decide(Ideals.of(subject, others)).allowed()) {
        refusing.remove(layer);
      }
    }
    return refusing;
  }

  /**
   * Of the layers those that suffice: who may read a dashboard without any credential needs no good
   * one.
   */
  private static Set<Layer> smallest(Subject subject, Set<Layer> candidates) {
    if (candidates.size() < 2) {
      return candidates;
    }
    Set<Layer> smallest = EnumSet.copyOf(candidates);
    for (Layer layer : candidates) {
      Set<Layer> others = EnumSet.copyOf(smallest);
      others.remove(layer);
      if (Authorizer.decide(Ideals.of(subject, others)).allowed()) {
        smallest.remove(layer);
      }
    }
    return smallest;
  }

  /** Layers that have something to say about such a question. */
  static Set<Layer> concerned(Subject subject) {
    Question question = subject.question();
    Set<Layer> layers = EnumSet.of(Layer.CREDENTIAL);
    switch (question.bearer()) {
      case Bearer.Anonymous _ -> {
        return layers;
      }
      case Bearer.OfUser(UserCredential credential, var _) -> {
        layers.addAll(EnumSet.of(Layer.ACCOUNT, Layer.CREDENTIAL_KIND));
        if (role(question.place()).isPresent()) {
          layers.addAll(roles(credential, question.place()));
          secondFactor(subject).ifPresent(layers::add);
        }
      }
      case Bearer.OfTenant _ -> layers.addAll(EnumSet.of(Layer.ACCOUNT, Layer.CREDENTIAL_KIND));
      case Bearer.OfApplication _ -> layers.add(Layer.CAP);
      case Bearer.OfDevice device -> {
        layers.add(Layer.DEVICE);
        layers.add(device.warrant() instanceof Warrant.ByKey ? Layer.ADDRESS : Layer.SPONSOR);
      }
    }
    if (OtherKind.isNeeded(question)) {
      layers.retainAll(OtherKind.LAYERS);
      layers.add(Layer.CREDENTIAL_KIND);
      return layers;
    }
    layers.addAll(EnumSet.of(Layer.SCOPE, Layer.RESOURCE));
    if (!(question.place() instanceof Place.Account || question.place() instanceof Place.Absent)) {
      layers.add(Layer.ORGANIZATION);
    }
    return layers;
  }

  /** Either the override or the role below it counts, on both sides. */
  private static Set<Layer> roles(UserCredential credential, Place place) {
    Resource resource = role(place).orElseThrow();
    boolean memberOverridden =
        standing(place) instanceof Standing.Member(var membership)
            && membership.overrides().nearest(resource).isPresent();
    boolean capOverridden = credential.cap().overridden(resource);
    return EnumSet.of(
        memberOverridden ? Layer.MEMBER_OVERRIDE : Layer.MEMBER_ROLE,
        capOverridden ? Layer.CAP_OVERRIDE : Layer.CAP);
  }

  private static Optional<Layer> secondFactor(Subject subject) {
    Standing present = standing(subject.question().place());
    return present.equals(subject.granted()) ? Optional.empty() : Optional.of(Layer.SECOND_FACTOR);
  }

  /** On what a role is asked for; empty where none is. */
  static Optional<Resource> role(Place place) {
    return switch (place) {
      case Place.OfOwner it -> Optional.of(new Resource.Whole(it.owner()));
      case Place.OfApplication it -> Optional.of(new Resource.Application(it.owner(), it.id()));
      case Place.OfDashboard it -> Optional.of(it.dashboard());
      case Place.Absent(String _, Optional<Place.OfApplication> within) ->
          within.flatMap(Explainer::role);
      case Place.Account _ -> Optional.empty();
    };
  }

  /** What the user behind a bearer is at a place, as it counts there. */
  public static Standing standing(Place place) {
    return switch (place) {
      case Place.OfOwner it -> it.standing();
      case Place.OfApplication it -> it.standing();
      case Place.OfDashboard it -> it.standing();
      case Place.Absent(String _, Optional<Place.OfApplication> within) ->
          within.map(Place.OfApplication::standing).orElse(new Standing.Stranger());
      case Place.Account _ -> new Standing.Stranger();
    };
  }
}
