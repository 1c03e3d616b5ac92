package io.claviger.core.explain;

import io.claviger.core.decide.Decision;
import io.claviger.core.explain.Finding.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An answer with its grounds.
 *
 * @param decision the answer, as the bearer gets it
 * @param findings one for each layer, in the order in which they are asked
 * @param remedies one for each layer that refuses: all of them together turn the answer into a yes,
 *     and none of them is needless. Empty when the answer is yes
 */
public record Explanation(Decision decision, List<Finding> findings, List<Remedy> remedies) {
  public Explanation {
    findings = List.copyOf(findings);
    remedies = List.copyOf(remedies);
  }

  /** The first layer that refuses; empty when the answer is yes. */
  public Optional<Layer> refusedBy() {
    return findings.stream()
        .filter(finding -> finding.outcome() == Finding.Outcome.REFUSED)
        .map(Finding::layer)
        .findFirst();
  }

  /**
   * This one together with that of a question which has to be answered with yes as well. Where both
   * refuse, the words of this one stand.
   */
  public Explanation and(Explanation next) {
    List<Finding> both = new ArrayList<>();
    for (int i = 0; i < findings.size(); i++) {
      Finding mine = findings.get(i);
      Finding other = next.findings.get(i);
      both.add(weight(mine) >= weight(other) ? mine : other);
    }
    List<Remedy> all = new ArrayList<>(remedies);
    Set<Layer> mended = Set.copyOf(remedies.stream().map(Remedy::layer).toList());
    next.remedies.stream().filter(remedy -> !mended.contains(remedy.layer())).forEach(all::add);
    all.sort(Comparator.comparing(Remedy::layer));
    return new Explanation(decision.allowed() ? next.decision : decision, both, all);
  }

  private static int weight(Finding finding) {
    return switch (finding.outcome()) {
      case NOT_APPLICABLE -> 0;
      case PASSED -> 1;
      case UNKNOWN -> 2;
      case REFUSED -> 3;
    };
  }

  /** The same with a layer that would pass, if what is not known of it were as good as can be. */
  public Explanation notKnowing(Layer layer, String detail) {
    return new Explanation(
        decision,
        findings.stream()
            .map(finding ->
                finding.layer() == layer && finding.outcome() == Outcome.PASSED
                    ? new Finding(layer, Outcome.UNKNOWN, detail)
                    : finding)
            .toList(),
        remedies);
  }

  /** Whether the answer is yes only if what is not known is as good as can be. */
  public boolean open() {
    return decision.allowed()
        && findings.stream().anyMatch(finding -> finding.outcome() == Outcome.UNKNOWN);
  }

  /** As much of it as concerns these layers. */
  Explanation only(Set<Layer> layers) {
    return new Explanation(
        decision,
        findings.stream()
            .map(finding ->
                layers.contains(finding.layer())
                    ? finding
                    : new Finding(finding.layer(), Outcome.NOT_APPLICABLE, Wording.NOTHING_TO_SAY))
            .toList(),
        remedies.stream().filter(remedy -> layers.contains(remedy.layer())).toList());
  }
}
