package io.claviger.core.explain;

import io.claviger.core.decide.Decision;
import java.util.List;
import java.util.Optional;

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
}
