package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.explain.Explainer;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Finding;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.Remedy;
import io.claviger.core.explain.Subject;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.core.role.Standing;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Explanations against the authorizer itself, over random worlds. */
class ExplanationTest {
  private static final int WORLDS = 1000;
  private static final int QUESTIONS = 60;

  private interface Check {
    void check(Subject subject, Explanation explanation, String seed);
  }

  private static void everywhere(Check check) {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (int i = 0; i < QUESTIONS; i++) {
        Bearer bearer = world.bearers.get(i % world.bearers.size());
        Place place = world.place(bearer);
        boolean factorMissing = i % 3 == 0 && standing(place) instanceof Standing.Member;
        Question question =
            new Question(
                bearer,
                world.action(),
                factorMissing ? worthless(place) : place,
                world.address(),
                world.moment());
        Subject subject = new Subject(question, standing(place));
        check.check(subject, Explainer.explain(subject), "seed " + seed + " question " + i);
      }
    }
  }

  private static Standing standing(Place place) {
    return switch (place) {
      case Place.OfOwner it -> it.standing();
      case Place.OfApplication it -> it.standing();
      case Place.OfDashboard it -> it.standing();
      case Place.Absent(String _, var within) ->
          within.map(Place.OfApplication::standing).orElse(new Standing.Stranger());
      case Place.Account _ -> new Standing.Stranger();
    };
  }

  /** As long as a second factor is missing, a membership is worth nothing (ORG-13). */
  private static Place worthless(Place place) {
    Standing nothing = new Standing.Member(new Membership(Role.NONE, Overrides.NONE));
    return switch (place) {
      case Place.OfOwner it -> new Place.OfOwner(it.owner(), nothing, it.member(), it.state());
      case Place.OfApplication it ->
          new Place.OfApplication(it.owner(), it.id(), nothing, it.device(), it.state());
      case Place.OfDashboard it ->
          new Place.OfDashboard(it.dashboard(), nothing, it.open(), it.state());
      case Place.Absent(String kind, var within) ->
          new Place.Absent(kind, within.map(it -> (Place.OfApplication) worthless(it)));
      case Place.Account it -> it;
    };
  }

  private static Set<Layer> refusing(Explanation explanation) {
    return explanation.findings().stream()
        .filter(finding -> finding.outcome() == Outcome.REFUSED)
        .map(Finding::layer)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Layer.class)));
  }

  @Test
  void theAnswerIsThatOfTheAuthorizer() {
    everywhere((subject, explanation, seed) ->
        assertThat(explanation.decision())
            .as(seed)
            .isEqualTo(Authorizer.decide(subject.question())));
  }

  @Test
  void ayesHasNothingToMendAndANoHasALayerThatRefuses() {
    everywhere((_, explanation, seed) ->
        assertThat(explanation.refusedBy().isEmpty())
            .as("%s %s", seed, explanation)
            .isEqualTo(explanation.decision().allowed()));
  }

  @Test
  void allRemediesTogetherTurnANoIntoAYes() {
    everywhere((subject, explanation, seed) -> {
      if (!(subject.question().bearer() instanceof Bearer.Anonymous)) {
        Question mended = Explainer.without(subject, refusing(explanation));
        assertThat(Authorizer.decide(mended).allowed()).as("%s %s", seed, explanation).isTrue();
      }
    });
  }

  @Test
  void withEveryLayerOpenEverythingIsAllowed() {
    everywhere((subject, _, seed) -> {
      if (!(subject.question().bearer() instanceof Bearer.Anonymous)) {
        Question open = Explainer.without(subject, EnumSet.allOf(Layer.class));
        assertThat(Authorizer.decide(open).allowed()).as("%s %s", seed, open).isTrue();
      }
    });
  }

  @Test
  void noRemedyIsNeedless() {
    everywhere((subject, explanation, seed) -> {
      for (Layer layer : refusing(explanation)) {
        Set<Layer> others = refusing(explanation);
        others.remove(layer);
        assertThat(Authorizer.decide(Explainer.without(subject, others)).allowed())
            .as("%s without %s: %s", seed, layer, explanation)
            .isFalse();
      }
    });
  }

  @Test
  void eachLayerThatRefusesHasOneRemedy() {
    everywhere((_, explanation, seed) ->
        assertThat(explanation.remedies().stream().map(Remedy::layer))
            .as(seed)
            .containsExactlyElementsOf(refusing(explanation)));
  }

  /** The check of the checks: every layer comes up as the one that refuses. */
  @Test
  void everyLayerRefusesSomewhere() {
    Map<Layer, Integer> seen = new EnumMap<>(Layer.class);
    everywhere((_, explanation, _) ->
        refusing(explanation).forEach(layer -> seen.merge(layer, 1, Integer::sum)));
    assertThat(seen.keySet())
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Layer.TOPIC)));
  }
}
