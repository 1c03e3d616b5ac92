package io.claviger.core.explain;

/**
 * What one layer says.
 *
 * @param detail one sentence for people, about this question
 */
public record Finding(Layer layer, Outcome outcome, String detail) {
  /** Whether a layer lets the question through. */
  public enum Outcome {
    /** It does. */
    PASSED("passed"),
    /** It does not, whatever the others say. */
    REFUSED("refused"),
    /** What it depends on is not known any more. */
    UNKNOWN("unknown"),
    /** It has nothing to say about such a question. */
    NOT_APPLICABLE("notApplicable");

    private final String wireName;

    Outcome(String wireName) {
      this.wireName = wireName;
    }

    /** Its name in answers. */
    public String wireName() {
      return wireName;
    }
  }
}
