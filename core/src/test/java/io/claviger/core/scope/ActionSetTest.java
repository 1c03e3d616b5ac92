package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActionSetTest {
  private static final List<Action> ACTIONS = Catalogue.standard().actions();

  @Test
  void agreesWithAPlainSet() {
    long seed = 3;
    var random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      Set<Action> left = randomActions(random);
      Set<Action> right = randomActions(random);
      ActionSet leftSet = ActionSet.of(left);
      ActionSet rightSet = ActionSet.of(right);
      var union = new HashSet<>(left);
      union.addAll(right);

      assertThat(leftSet.size()).as("seed %d, round %d", seed, round).isEqualTo(left.size());
      assertThat(leftSet.isEmpty()).isEqualTo(left.isEmpty());
      assertThat(leftSet.containsAll(rightSet)).isEqualTo(left.containsAll(right));
      assertThat(leftSet.equals(rightSet)).isEqualTo(left.equals(right));
      assertThat(leftSet.union(rightSet))
          .isEqualTo(ActionSet.of(union))
          .hasSameHashCodeAs(ActionSet.of(union));
      for (Action action : ACTIONS) {
        if (leftSet.contains(action) != left.contains(action)) {
          throw new AssertionError("seed " + seed + ", round " + round + ", " + action);
        }
      }
    }
  }

  @Test
  void theEmptySetHoldsNothing() {
    assertThat(ActionSet.none().isEmpty()).isTrue();
    assertThat(ActionSet.none()).isEqualTo(ActionSet.of(Set.of()));
    assertThat(ACTIONS).noneMatch(ActionSet.none()::contains);
    assertThat(ActionSet.of(ACTIONS).containsAll(ActionSet.none())).isTrue();
    assertThat(ActionSet.none().containsAll(ActionSet.of(ACTIONS))).isFalse();
  }

  @Test
  void theSourceCanChangeWithoutTheSet() {
    var source = new HashSet<>(ACTIONS.subList(0, 3));
    ActionSet set = ActionSet.of(source);
    source.clear();
    assertThat(set.size()).isEqualTo(3);
  }

  /** Of every size, also from the low indexes only, so that the sets have different widths. */
  private static Set<Action> randomActions(Random random) {
    int width = random.nextInt(ACTIONS.size() + 1);
    var shuffled = new ArrayList<>(ACTIONS.subList(0, width));
    Collections.shuffle(shuffled, random);
    int size = random.nextBoolean() ? random.nextInt(4) : random.nextInt(width + 1);
    return Set.copyOf(shuffled.subList(0, Math.min(width, size)));
  }
}
